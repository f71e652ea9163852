import { SEVERITIES, type Severity } from '../../model/finding.js';
import { saysNew } from '../groups.js';
import { countText } from '../quantity.js';
import { type Child, h, type MarkupElement } from './markup.js';
import type { PageData, PageFinding } from './page-data.js';
import { inCode, shortText } from './place.js';
import { severityTag } from './tags.js';

/** One line of what a pull request changed in what is accepted. */
export interface ChangeLine {
  readonly text: string;
  readonly severity: Severity;
}

/** Lines of each list; the table of findings has all. */
const MOST_LINES = 12;
/** Lines of what a pull request changed: egresslock diff has all. */
const MOST_CHANGES = 50;
/** Characters of a message; the table's details have all. */
const MESSAGE = 320;

/** The first thing to read: what the lock does not know, and what else is wrong. */
export function newsSection(
  data: PageData,
  lockPresent: boolean,
  changes: readonly ChangeLine[],
): MarkupElement {
  const { news, others } = sortNews(data.findings, lockPresent);
  return h(
    'section',
    { id: 'new', class: 'panel', 'aria-labelledby': 'new-title' },
    h('h2', { id: 'new-title' }, 'What is new'),
    newsMarkup(data, news, lockPresent),
    others.length === 0 ? null : [h('h3', {}, 'What else was found'), findingList(data, others)],
    changes.length === 0
      ? null
      : [
          h('h3', {}, 'What the pull request changed'),
          h(
            'ul',
            { class: 'findings' },
            changes
              .slice(0, MOST_CHANGES)
              .map(({ text, severity }) => h('li', {}, severityTag(severity), ' ', shortText(text, MESSAGE))),
          ),
          changes.length <= MOST_CHANGES
            ? null
            : h('p', {}, `and ${countText(changes.length - MOST_CHANGES, 'more difference')}`),
        ],
  );
}

/** Findings that say something is new, and others that are grave enough to stand at the top. */
function sortNews(findings: readonly PageFinding[], lockPresent: boolean) {
  const isNews = (finding: PageFinding): boolean =>
    saysNew(finding, lockPresent) || [finding.rule, ...finding.also].includes('first-egress-of-package');
  const bySeverity = [...findings].sort(
    (a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity),
  );
  return {
    news: bySeverity.filter(isNews),
    // The capture has a place of its own.
    others: bySeverity.filter(
      (finding) => !isNews(finding) && finding.severity !== 'info' && finding.rule !== 'capture-incomplete',
    ),
  };
}

function newsMarkup(data: PageData, news: readonly PageFinding[], lockPresent: boolean): Child {
  const noLock = h(
    'p',
    { class: 'lead' },
    'There is no lock to compare with, so no destination can be called new. ',
    h('code', {}, 'egresslock accept'),
    ' writes one from what was seen.',
  );
  if (news.length === 0) {
    if (!lockPresent) return noLock;
    const isComplete = data.runs.every(({ verdict }) => verdict === 'complete');
    return h(
      'p',
      { class: 'lead' },
      isComplete
        ? 'Nothing: the lock has all that was seen.'
        : 'Nothing that was seen; but the capture is not complete, so there may be more.',
    );
  }
  return [lockPresent ? null : noLock, findingList(data, news)];
}

function findingList(data: PageData, findings: readonly PageFinding[]): Child {
  const shown = findings.slice(0, MOST_LINES);
  const more = findings.length - shown.length;
  return [
    h(
      'ul',
      { class: 'findings' },
      shown.map((finding, index) => findingItem(data, finding, shown[index + 1])),
    ),
    more === 0
      ? null
      : h('p', {}, h('a', { href: '#findings' }, `${countText(more, 'more finding')} in the table`)),
  ];
}

/** The advice that several share stands once, below the last. */
function findingItem(data: PageData, finding: PageFinding, next: PageFinding | undefined): Child {
  const [to] = finding.destinations;
  const phase = data.runs.length > 1 ? data.runs[finding.run]?.phase : undefined;
  return h(
    'li',
    {},
    severityTag(finding.severity),
    ' ',
    inCode(shortText(finding.message, MESSAGE)),
    h(
      'span',
      { class: 'faint' },
      ` [${finding.rule}]${phase === undefined ? '' : ` in ${shortText(phase, 24)}`} `,
    ),
    to === undefined ? null : h('a', { href: `#d${to}`, 'aria-label': 'Show the destination' }, 'show'),
    finding.help === next?.help
      ? null
      : h('div', { class: 'faint' }, inCode(shortText(finding.help, MESSAGE))),
  );
}
