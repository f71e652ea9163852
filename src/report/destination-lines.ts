import type { Paint } from './colour.js';
import type { Group, GroupRow } from './groups.js';
import { chainText, placeText } from './labels.js';
import { asciiText, plainText } from './plain-text.js';
import { bytesText, countText } from './quantity.js';
import { cellsOf, keepEnd, keepStart, largest, padEnd, padStart, wrap } from './width.js';

/** Rows of one group, and groups, that are shown where nothing is new; the rest is counted. */
const KNOWN_ROWS = 8;
const KNOWN_GROUPS = 20;
/** New rows that are shown in all: past this, more of them say nothing more. */
const NEW_ROWS = 50;

const MARK = 'NEW';
const MARGIN = MARK.length + 2;
const DEEPER = MARGIN + 2;

/** Destinations by package, new ones first and marked, in lines of at most `width` cells. */
export function destinationLines(groups: readonly Group[], width: number, paint: Paint): string[] {
  const { shown, hidden } = select(groups);
  const columns = columnsOf(
    shown.flatMap((group) => group.rows),
    width,
  );
  const lines = shown.flatMap((group) => [
    ...headLines(group, width, paint),
    ...group.rows.flatMap((row) => rowLines(row, columns, width, paint)),
    ...(group.more === 0 ? [] : [paint.faint(`${' '.repeat(MARGIN)}and ${group.more} more`)]),
  ]);
  const rest = hidden === 0 ? [] : [paint.faint(`and ${countText(hidden, 'destination')} of others`)];
  return [...lines, ...rest];
}

interface Shown extends Group {
  /** Rows of the group that are not shown. */
  readonly more: number;
}

function select(groups: readonly Group[]): { shown: Shown[]; hidden: number } {
  let newLeft = NEW_ROWS;
  let groupsLeft = KNOWN_GROUPS;
  let hidden = 0;
  const shown: Shown[] = [];
  for (const group of groups) {
    const fresh = group.rows.filter((row) => row.isNew).slice(0, newLeft);
    newLeft -= fresh.length;
    if (fresh.length === 0 && groupsLeft <= 0) {
      hidden += group.rows.length;
      continue;
    }
    if (fresh.length === 0) groupsLeft -= 1;
    const known = group.rows.filter((row) => !row.isNew).slice(0, KNOWN_ROWS);
    shown.push({
      ...group,
      rows: [...fresh, ...known],
      more: group.rows.length - fresh.length - known.length,
    });
  }
  return { shown, hidden };
}

/** `left@1.2.4 (postinstall), through app > right > left`; the chain on a line of its own where it doesn't fit. */
function headLines(group: Group, width: number, paint: Paint): string[] {
  const lifecycles = group.lifecycles.length === 0 ? '' : ` (${plainText(group.lifecycles.join(', '))})`;
  const weak =
    group.evidence === 'stack' || group.evidence === 'async-context' ? `, by ${group.evidence}` : '';
  const who = keepStart(`${group.who}${lifecycles}${weak}`, width);
  const chain = group.why[0] ?? [];
  if (chain.length < 2) return [paint.strong(who)];
  const others = group.why.length === 1 ? '' : ` and ${countText(group.why.length - 1, 'other way')}`;
  const through = `through ${chainText(chain)}${others}`;
  if (cellsOf(who) + 2 + cellsOf(through) <= width) return [`${paint.strong(who)}, ${paint.faint(through)}`];
  return [
    paint.strong(who),
    ...wrap(through, width - MARGIN).map((line) => ' '.repeat(MARGIN) + paint.faint(line)),
  ];
}

interface Columns {
  readonly place: number;
  readonly detail: (row: GroupRow) => string;
}

function columnsOf(rows: readonly GroupRow[], width: number): Columns {
  const cells = rows.map(cellsOfRow);
  const longest = (index: number): number => largest(cells.map((row) => row[index]?.length ?? 0));
  const widths = [longest(0), longest(1), longest(2), longest(3)] as const;
  const detail = (row: GroupRow): string => {
    const [protocol, count, sent, received] = cellsOfRow(row);
    const figures = `${padEnd(protocol, widths[0])}  ${padStart(count, widths[1])}  ${padStart(sent, widths[2])} out  ${padStart(received, widths[3])} in`;
    const isLookUp = row.destination.port === null;
    return [isLookUp ? 'only looked up' : figures, ...notesOf(row)].join('  ');
  };
  const room = width - MARGIN - 2 - largest(rows.map((row) => detail(row).length));
  const places = rows.map((row) => placeText(row.destination).length).filter((length) => length <= room);
  return { place: largest(places), detail };
}

function cellsOfRow({ destination }: GroupRow): readonly [string, string, string, string] {
  if (destination.port === null) return ['', '', '', ''];
  const { protocol, transport } = destination;
  return [
    transport === 'tcp' || protocol === 'quic' || protocol === 'dns' ? protocol : `${protocol}/${transport}`,
    `${destination.connections} x`,
    bytesText(destination.bytesSent),
    bytesText(destination.bytesReceived),
  ];
}

function notesOf({ destination, shared }: GroupRow): string[] {
  return [
    ...(destination.verdict === 'allowed' ? [] : [destination.verdict]),
    ...destination.failures.map(asciiText),
    ...(shared ? ['shared'] : []),
  ];
}

function rowLines(row: GroupRow, columns: Columns, width: number, paint: Paint): string[] {
  const mark = row.isNew ? `${paint.bad(MARK)}  ` : ' '.repeat(MARGIN);
  const emphasis = row.isNew ? paint.bad : (text: string) => text;
  const place = placeText(row.destination);
  const detail = columns.detail(row);
  if (MARGIN + Math.max(place.length, columns.place) + 2 + detail.length <= width) {
    return [`${mark}${emphasis(place)}${' '.repeat(Math.max(0, columns.place - place.length))}  ${detail}`];
  }
  return [
    mark + emphasis(keepEnd(place, width - MARGIN)),
    ...wrap(detail, width - DEEPER).map((line) => ' '.repeat(DEEPER) + line),
  ];
}
