import type { Review } from '../../model/review.js';
import { plainText } from '../plain-text.js';
import { countText } from '../quantity.js';
import { anchorOf, cutMessage, graveFindings } from './anchor.js';
import { diffLines } from './diff-lines.js';

const LEVELS = ['error', 'warning', 'notice'] as const;
type Level = (typeof LEVELS)[number];

/** Annotations of each level that GitHub shows of one step; it drops the others without a word. */
const EACH = 10;

interface Annotation {
  readonly level: Level;
  readonly path: string;
  readonly line: number;
  readonly title: string;
  readonly message: string;
}

/**
 * GitHub's workflow commands: alerts as errors, lesser findings as warnings, what the pull request accepts itself as
 * notices. Where a level has more than are shown, its last line counts the rest.
 */
export function annotations(review: Review): string {
  const all = [...findingAnnotations(review), ...acceptedAnnotations(review)];
  const lines = LEVELS.flatMap((level) => {
    const own = all.filter((one) => one.level === level);
    if (own.length <= EACH) return own.map(lineOf);
    const shown = own.slice(0, EACH - 1);
    return [...shown.map(lineOf), lineOf(restOf(level, own.slice(shown.length), review))];
  });
  return lines.map((line) => `${line}\n`).join('');
}

function* findingAnnotations(review: Review): Generator<Annotation> {
  for (const { run, reviewed } of graveFindings(review)) {
    const { finding, isAlert } = reviewed;
    const anchor = anchorOf(review, run, reviewed);
    const title = `egresslock: ${finding.rule} (${finding.severity})`;
    yield {
      level: isAlert ? 'error' : 'warning',
      ...anchor,
      title,
      message: `${finding.message}; ${finding.help}`,
    };
  }
}

function* acceptedAnnotations({ diff, files }: Review): Generator<Annotation> {
  if (diff === null) return;
  for (const { kind, place, who, phase, origin } of diffLines(diff)) {
    if (kind !== 'accepted') continue;
    const isPlaced = origin.line !== null && files.packageLock !== null;
    yield {
      level: 'notice',
      path: isPlaced ? files.packageLock.path : files.manifest,
      line: isPlaced ? (origin.line ?? 1) : 1,
      title: 'egresslock: new, and accepted in this pull request',
      message: `\`${place}\` by \`${who}\` (${phase}): ${origin.phrase}`,
    };
  }
}

function restOf(level: Level, rest: readonly Annotation[], { files }: Review): Annotation {
  const counts = new Map<string, number>();
  for (const { title } of rest) counts.set(title, (counts.get(title) ?? 0) + 1);
  const list = [...counts].map(([title, count]) => `${count} x ${title.replace('egresslock: ', '')}`);
  return {
    level,
    path: files.manifest,
    line: 1,
    title: `egresslock: ${countText(rest.length, 'more finding')}`,
    message: `${list.join(', ')}. The job summary and egresslock check show all`,
  };
}

/** Escapes as GitHub's runner undoes them (actions/toolkit, packages/core, command.ts). */
function lineOf({ level, path, line, title, message }: Annotation): string {
  const properties = `file=${property(path)},line=${line},title=${property(title)}`;
  return `::${level} ${properties}::${data(cutMessage(plainText(message)))}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(plainText(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
