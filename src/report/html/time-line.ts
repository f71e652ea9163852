import { countText, durationText } from '../quantity.js';
import { type Lane, type LaneMark, MARK_KINDS, type MarkKind, STEPS, type TimeLine } from './lanes.js';
import { type Child, h, type MarkupElement } from './markup.js';
import { numberText } from './number-text.js';
import type { PageRun } from './page-data.js';
import { shortHost, shortText } from './place.js';

/** Units of height; each kind has a row of its own, so that colour is not what tells them apart. */
const LANE_HEIGHT = 24;
const ROWS: Readonly<Record<MarkKind, { readonly y: number; readonly height: number }>> = {
  query: { y: 1, height: 6 },
  flow: { y: 9, height: 6 },
  refused: { y: 17, height: 6 },
};

const WORDS: Readonly<Record<MarkKind, readonly [string, string]>> = {
  query: ['look-up', 'look-ups'],
  flow: ['connection', 'connections'],
  refused: ['refused attempt', 'refused attempts'],
};

/** One run: a table with a lane for each package, which says in figures what the lane draws. */
export function timeLineTable(run: PageRun, line: TimeLine): MarkupElement {
  const title = `${shortText(run.phase)}: ${shortText(run.command, 80)}, ${durationText(line.span)}`;
  if (line.lanes.length === 0)
    return h('div', {}, h('h3', {}, title), h('p', { class: 'faint' }, 'Nothing reached out.'));
  return h(
    'div',
    {},
    h('h3', {}, title),
    h(
      'table',
      { class: 'lanes' },
      h('caption', { class: 'unseen' }, `Time line of ${title}`),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col', class: 'lane-name' }, 'Package'),
          h('th', { scope: 'col' }, axis(line.span)),
          h('th', { scope: 'col', class: 'lane-count' }, 'Look-ups'),
          h('th', { scope: 'col', class: 'lane-count' }, 'Connections'),
          h('th', { scope: 'col', class: 'lane-count' }, 'Refused'),
        ),
      ),
      h('tbody', {}, line.lanes.map(laneRow)),
    ),
  );
}

/** Quarters of the run. */
function axis(span: number): Child {
  const quarters = [0, 0.25, 0.5, 0.75, 1];
  return h(
    'span',
    { class: 'ticks' },
    quarters.map((part) => h('span', {}, durationText(span * part))),
  );
}

function laneRow(lane: Lane): MarkupElement {
  return h(
    'tr',
    {},
    h('th', { scope: 'row', class: 'lane-name', title: shortText(lane.who, 200) }, shortText(lane.who)),
    h(
      'td',
      { class: 'lane' },
      h(
        'svg',
        {
          viewBox: `0 0 ${STEPS} ${LANE_HEIGHT}`,
          preserveAspectRatio: 'none',
          role: 'group',
          'aria-label': `${shortText(lane.who)}: first at ${durationText(lane.firstAt)}, last at ${durationText(lane.lastAt)}`,
        },
        [0.25, 0.5, 0.75].map((part) =>
          h('line', { class: 'quarter', x1: STEPS * part, x2: STEPS * part, y1: 0, y2: LANE_HEIGHT }),
        ),
        lane.marks.map(markRect),
      ),
    ),
    MARK_KINDS.map((kind) => h('td', { class: 'lane-count' }, numberText(lane.counts[kind]))),
  );
}

function markRect(mark: LaneMark): MarkupElement {
  const { y, height } = ROWS[mark.kind];
  const text = markText(mark);
  return h(
    'g',
    { class: `mark ${mark.kind}`, role: 'img', 'aria-label': text },
    h('rect', { x: mark.from, y, width: mark.to - mark.from, height }),
    h('title', {}, text),
  );
}

function markText({ kind, count, firstAt, lastAt, names, moreNames }: LaneMark): string {
  const [one, many] = WORDS[kind];
  const when =
    durationText(firstAt) === durationText(lastAt)
      ? `at ${durationText(firstAt)}`
      : `${durationText(firstAt)} to ${durationText(lastAt)}`;
  const more = moreNames === 0 ? '' : ` and ${moreNames} more`;
  return `${countText(count, one, many)}, ${when}: ${names.map((name) => shortHost(name)).join(', ')}${more}`;
}

/** What the rows of a lane mean. */
export function timeLineKey(): MarkupElement {
  return h(
    'ul',
    { class: 'key' },
    MARK_KINDS.map((kind) =>
      h(
        'li',
        {},
        h(
          'svg',
          { class: 'swatch', viewBox: `0 0 24 ${LANE_HEIGHT}`, 'aria-hidden': 'true' },
          h('g', { class: `mark ${kind}` }, h('rect', { x: 0, width: 24, ...ROWS[kind] })),
        ),
        WORDS[kind][1],
      ),
    ),
  );
}
