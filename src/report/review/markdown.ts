import type { Finding } from '../../model/finding.js';
import type { Review, ReviewedRun } from '../../model/review.js';
import { countText } from '../quantity.js';
import { type DiffLine, diffCounts, diffLines, diffRemarks } from './diff-lines.js';
import { codeText, messageText } from './markdown-text.js';
import { encoded } from './people.js';

/**
 * Found again by whoever updates a comment instead of writing another: the first line, the same for all reviews of one
 * project. A comment of HTML may not hold two hyphens (CommonMark 0.29 §6.6, as GitHub reads it).
 */
function markerOf(folder: string): string {
  return `<!-- egresslock:review${folder === '' ? '' : ` ${encoded(folder).replaceAll('-', '%2D')}`} -->`;
}

/** Characters of a comment: GitHub takes 65,536, GitLab a million. */
const COMMENT = 60_000;
/** Bytes of a job summary: GitHub takes 1 MiB a step, and drops what is near it without a word. */
const SUMMARY = 900_000;

/** Left for the closing line, which says what was cut. */
const RESERVE = 300;

/** For a comment on a pull request: at most 60,000 characters. */
export function markdownComment(review: Review): string {
  return markdown(review, COMMENT, (text) => text.length);
}

/** For the summary of a job: at most 900,000 bytes. */
export function markdownSummary(review: Review): string {
  return markdown(review, SUMMARY, (text) => Buffer.byteLength(text));
}

/** A heading, and rows under it that may be cut; gravest first. */
interface Section {
  readonly head: readonly string[];
  readonly rows: readonly string[];
}

function markdown(review: Review, limit: number, sizeOf: (text: string) => number): string {
  const sections = [
    titleOf(review),
    ...review.runs.flatMap(findingsSection),
    ...diffSections(review),
    ...runsSection(review),
  ];
  const kept: string[] = [];
  let left = limit - RESERVE;
  let lost = 0;
  for (const { head, rows } of sections) {
    const parts = [`${head.join('\n')}\n`, ...rows.map((row) => `${row}\n`)];
    // A heading without a row says nothing.
    const isShown = sizeOf(parts.slice(0, 2).join('')) <= left;
    for (const [index, part] of parts.entries()) {
      const size = sizeOf(part);
      if (!isShown || size > left) {
        lost += parts.length - Math.max(index, 1);
        left = rows.length > 0 ? 0 : left;
        break;
      }
      kept.push(part);
      left -= size;
    }
    kept.push('\n');
    left -= 1;
  }
  const end =
    lost === 0
      ? ''
      : `**Cut: ${countText(lost, 'row')} more did not fit here.** \`egresslock check\` shows all.\n`;
  return `${kept.join('').trimEnd()}\n${end === '' ? '' : `\n${end}`}`;
}

function titleOf({ runs, diff, failOn, files }: Review): Section {
  const folder = files.manifest.slice(0, -'/package.json'.length);
  const title = `## egresslock: outbound traffic${folder === '' ? '' : ` of ${codeText(folder)}`}`;
  const alerts = runs.flatMap((run) => run.findings).filter(({ isAlert }) => isAlert).length;
  const incomplete = runs.filter(({ record }) => record.capture.verdict !== 'complete');
  const sentences = [
    ...(runs.length === 0
      ? []
      : [
          alerts === 0
            ? `No finding at or above ${failOn}.`
            : `**${countText(alerts, 'finding')} at or above ${failOn}.**`,
        ]),
    ...(incomplete.length === 0
      ? []
      : [
          `**The capture of ${countText(incomplete.length, 'run')} is not complete: what is here may not be all.**`,
        ]),
    ...(diff === null ? [] : [`Against ${codeText(diff.base.label)}: ${diffCounts(diffLines(diff))}.`]),
  ];
  return { head: [markerOf(folder), title, '', ...sentences], rows: [] };
}

function findingsSection({ record, findings }: ReviewedRun): Section[] {
  const shown = findings.filter(({ finding }) => finding.rule !== 'stale-entry');
  const stale = findings.length - shown.length;
  const note = stale === 0 ? [] : ['', `Not seen in this run: ${countText(stale, 'row')} of the lock.`];
  if (shown.length === 0) return [];
  return [
    {
      head: [
        `### Findings: ${codeText(record.run.phase)}`,
        ...note,
        '',
        '| severity | rule | what |',
        '| --- | --- | --- |',
      ],
      rows: shown.map(({ finding, isAlert }) => findingRow(finding, isAlert)),
    },
  ];
}

function findingRow({ rule, severity, message }: Finding, isAlert: boolean): string {
  return `| ${isAlert ? `**${severity}**` : severity} | ${rule} | ${messageText(message)} |`;
}

const TITLES: Readonly<Record<DiffLine['kind'], string>> = {
  new: 'New',
  accepted: 'New, and accepted in this pull request',
  changed: 'Changed',
  gone: 'Gone',
};

function diffSections({ diff }: Review): Section[] {
  if (diff === null) return [];
  const lines = diffLines(diff);
  const remarks = diffRemarks(diff);
  const sections = (['new', 'accepted', 'changed', 'gone'] as const).flatMap((kind): Section[] => {
    const own = lines.filter((line) => line.kind === kind);
    if (own.length === 0) return [];
    const title = kind === 'accepted' && !diff.isPullRequest ? 'New, and accepted' : TITLES[kind];
    return [
      {
        head: [`### ${title}`, '', '| destination | by | phase | because |', '| --- | --- | --- | --- |'],
        rows: own.map(diffRow),
      },
    ];
  });
  const notes = remarks.map((remark) => `- ${messageText(remark)}`);
  return notes.length === 0 ? sections : [...sections, { head: ['### Compared', '', ...notes], rows: [] }];
}

function diffRow({ place, who, phase, origin, remarks }: DiffLine): string {
  const because = [messageText(origin.phrase), ...remarks].join('; ');
  return `| ${codeText(place)} | ${codeText(who)} | ${codeText(phase)} | ${because} |`;
}

function runsSection({ runs }: Review): Section[] {
  if (runs.length === 0) return [];
  return [
    {
      head: ['### Runs', '', '| phase | command | destinations | capture |', '| --- | --- | --- | --- |'],
      rows: runs.map(
        ({ record: { run, capture, destinations } }) =>
          `| ${codeText(run.phase)} | ${codeText(run.command.join(' '))} | ${destinations.length} | ${capture.verdict} |`,
      ),
    },
  ];
}
