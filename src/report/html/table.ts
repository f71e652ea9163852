import { compareText } from '../../model/compare.js';
import { type Child, h, type MarkupElement } from './markup.js';

export interface Column<Row> {
  readonly label: string;
  readonly isNumber?: true;
  /** Left out on screens that are narrower than wide (`wide`) or than middling (`middle`); the details have it. */
  readonly from?: 'wide' | 'middle';
  /** What it sorts by; null sorts first. */
  readonly key: (row: Row) => string | number | null;
  readonly cell: (row: Row) => Child;
  /** The same uncut, for where there are no details; `cell` where absent. */
  readonly whole?: (row: Row) => Child;
}

export interface TableOptions<Row> {
  readonly id: string;
  readonly title: string;
  /** What a table without rows says. */
  readonly empty: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  /** Words that a filter finds beside the keys of the columns. */
  readonly words: (row: Row) => readonly string[];
  readonly details: (row: Row) => Child;
  /** Indexes of the attributions that say why. */
  readonly attributions: (row: Row) => readonly number[];
  readonly className?: (row: Row) => string;
  /** Rows that stand above the others as long as nothing is sorted. */
  readonly isFirst?: (row: Row) => boolean;
  /** What the filter suggests to look for. */
  readonly hint: string;
  /** Prefix of the ids of rows, which end with their number in the page's data. */
  readonly rowPrefix: string;
}

/** A table whose rows are numbers, so that what shows, sorts and filters it need not know of what. */
export interface PageTable {
  readonly id: string;
  readonly title: string;
  readonly empty: string;
  readonly hint: string;
  readonly size: number;
  readonly columns: readonly Pick<Column<unknown>, 'label' | 'isNumber' | 'from'>[];
  readonly rowPrefix: string;
  cellsOf(row: number): readonly Child[];
  /** The cells, uncut. */
  wholeCellsOf(row: number): readonly Child[];
  detailsOf(row: number): Child;
  attributionsOf(row: number): readonly number[];
  classOf(row: number): string;
  /** Rows whose text has all words of a filter. */
  filtered(words: readonly string[]): number[];
  /** In the order of a column; rows that are equal in it stay as they were. */
  sorted(rows: readonly number[], column: number, isDescending: boolean): number[];
}

export function pageTable<Row>(options: TableOptions<Row>): PageTable {
  const { rows, columns } = options;
  const texts: string[] = [];
  const textOf = (row: Row, at: number): string => {
    texts[at] ??= [...columns.map(({ key }) => String(key(row) ?? '')), ...options.words(row)]
      .join(' ')
      .toLowerCase();
    return texts[at];
  };
  const of = <Result>(at: number, otherwise: Result, use: (row: Row) => Result): Result => {
    const row = rows[at];
    return row === undefined ? otherwise : use(row);
  };
  const rankOf = (at: number): number => of(at, 1, (row) => (options.isFirst?.(row) === true ? 0 : 1));
  const order = [...rows.keys()].sort((a, b) => rankOf(a) - rankOf(b));
  return {
    id: options.id,
    title: options.title,
    empty: options.empty,
    hint: options.hint,
    size: rows.length,
    columns,
    rowPrefix: options.rowPrefix,
    cellsOf: (at) => of(at, [], (row) => columns.map(({ cell }) => cell(row))),
    wholeCellsOf: (at) => of(at, [], (row) => columns.map(({ cell, whole }) => (whole ?? cell)(row))),
    detailsOf: (at) => of(at, null, options.details),
    attributionsOf: (at) => of(at, [], options.attributions),
    classOf: (at) => of(at, '', (row) => options.className?.(row) ?? ''),
    filtered: (words) => {
      const wanted = words.map((word) => word.toLowerCase());
      return order.filter((at) =>
        of(at, false, (row) => wanted.every((word) => textOf(row, at).includes(word))),
      );
    },
    sorted: (numbers, column, isDescending) => {
      const key = columns[column]?.key;
      if (key === undefined) return [...numbers];
      const keyed = numbers.map((at) => ({ at, key: of<string | number | null>(at, null, key) }));
      const sign = isDescending ? -1 : 1;
      return keyed.sort((a, b) => sign * compareKeys(a.key, b.key)).map(({ at }) => at);
    },
  };
}

function compareKeys(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b));
}

export function cellClass({ isNumber, from }: Pick<Column<unknown>, 'isNumber' | 'from'>): string {
  return [...(isNumber === true ? ['number'] : []), ...(from === undefined ? [] : [`from-${from}`])].join(
    ' ',
  );
}

/** All rows at once, for readers whose browser runs no script; the last column leads to who it was, and why. */
export function wholeTable(table: PageTable): MarkupElement {
  const kinds = table.columns.map(({ isNumber }) => (isNumber === true ? { class: 'number' } : {}));
  return h(
    'table',
    {},
    h('caption', { class: 'unseen' }, table.title),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        table.columns.map(({ label }, index) => h('th', { scope: 'col', ...kinds[index] }, label)),
        h('th', { scope: 'col' }, 'Why'),
      ),
    ),
    h(
      'tbody',
      {},
      table.filtered([]).map((row) =>
        h(
          'tr',
          { id: `${table.rowPrefix}${row}` },
          table.wholeCellsOf(row).map((cell, index) => h('td', kinds[index] ?? {}, cell)),
          h('td', {}, whyLinks(table.attributionsOf(row))),
        ),
      ),
    ),
  );
}

function whyLinks(attributions: readonly number[]): Child {
  return attributions.map((at, index) => [
    index === 0 ? null : ', ',
    h('a', { href: `#a${at}`, 'aria-label': `why ${at + 1}` }, String(at + 1)),
  ]);
}
