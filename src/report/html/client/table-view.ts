import { h } from '../markup.js';
import { numberText } from '../number-text.js';
import { cellClass, type PageTable } from '../table.js';
import { htmlElement } from './dom.js';
import { createPager } from './pager.js';
import { rowElements } from './rows.js';

/** Rows on one page: what is on the screen stays small, however many rows there are. */
const PAGE = 50;

export interface TableView {
  /** Shows a row with its details, on whichever page it is, and moves the focus there. */
  reveal(row: number): void;
  /** Leaves only rows that have all words of a text. */
  filter(text: string): void;
  /** Shows all rows that the filter leaves, or one page of them. */
  expand(isWhole: boolean): void;
}

/** Fills a place of the page with a table that sorts, filters and turns pages. */
export function mountTable(table: PageTable, place: HTMLElement): TableView {
  const search = htmlElement(
    h('input', {
      type: 'search',
      id: `${table.id}-filter`,
      placeholder: table.hint,
      autocomplete: 'off',
      spellcheck: 'false',
      'aria-describedby': `${table.id}-count`,
    }),
    HTMLInputElement,
  );
  const status = htmlElement(
    h('p', { role: 'status', class: 'count', id: `${table.id}-count` }),
    HTMLParagraphElement,
  );
  const tools = htmlElement(
    h(
      'div',
      { class: 'tools' },
      h('label', { for: `${table.id}-filter` }, 'Filter', h('span', { class: 'unseen' }, ` ${table.title}`)),
    ),
    HTMLDivElement,
  );
  tools.append(search, status);
  const heads = table.columns.map((column) =>
    htmlElement(
      h(
        'th',
        { scope: 'col', class: cellClass(column), 'aria-sort': 'none' },
        h(
          'button',
          { type: 'button', class: 'sorter' },
          column.label,
          h('span', { class: 'arrow', 'aria-hidden': 'true' }),
        ),
      ),
      HTMLTableCellElement,
    ),
  );
  const body = htmlElement(h('tbody', {}), HTMLTableSectionElement);
  const grid = gridOf(table, heads, body);
  const pager = createPager((move) => turn(move));

  let rows = table.filtered([]);
  let sort: { readonly column: number; readonly isDescending: boolean } | null = null;
  let page = 0;
  let isWhole = false;
  const open = new Set<number>();

  const pages = (): number => Math.max(1, Math.ceil(rows.length / PAGE));
  const draw = (): void => {
    const first = isWhole ? 0 : page * PAGE;
    const shown = isWhole ? rows : rows.slice(first, first + PAGE);
    body.replaceChildren(...shown.flatMap((row) => rowElements(table, row, open)));
    status.textContent =
      rows.length === table.size
        ? `${numberText(table.size)} in all`
        : `${numberText(rows.length)} of ${numberText(table.size)} fit the filter`;
    pager.tell({
      first,
      shown: shown.length,
      all: rows.length,
      isFirst: page === 0,
      isLast: page === pages() - 1,
    });
  };
  const arrange = (): void => {
    const words = search.value.split(/\s+/).filter((word) => word !== '');
    const found = table.filtered(words);
    rows = sort === null ? found : table.sorted(found, sort.column, sort.isDescending);
    page = 0;
    draw();
  };
  const turn = (move: (page: number, last: number) => number): void => {
    page = Math.min(pages() - 1, Math.max(0, move(page, pages() - 1)));
    draw();
  };
  const toggle = (row: number, element: HTMLTableRowElement): void => {
    if (!open.delete(row)) open.add(row);
    const after = element.nextElementSibling;
    if (after?.classList.contains('more') === true) after.remove();
    element.replaceWith(...rowElements(table, row, open));
    body.querySelector<HTMLElement>(`#${table.rowPrefix}${row} button`)?.focus();
  };

  for (const [column, head] of heads.entries()) {
    head.querySelector('button')?.addEventListener('click', () => {
      // Of numbers the largest are asked for first.
      const startsDescending = table.columns[column]?.isNumber === true;
      sort = { column, isDescending: sort?.column === column ? !sort.isDescending : startsDescending };
      for (const [index, other] of heads.entries())
        other.setAttribute(
          'aria-sort',
          index !== column ? 'none' : sort.isDescending ? 'descending' : 'ascending',
        );
      arrange();
    });
  }
  search.addEventListener('input', arrange);
  // The first filter makes the rows' texts, for which nobody should wait who has begun to type.
  search.addEventListener('focus', () => table.filtered(['']), { once: true });
  body.addEventListener('click', (event) => {
    const { target } = event;
    if (!(target instanceof Element) || target.closest('a') !== null) return;
    const element = target.closest('tr');
    // Whoever marks text to copy it means no click.
    const isMarking = target.closest('button') === null && document.getSelection()?.isCollapsed === false;
    if (element === null || element.classList.contains('more') || isMarking) return;
    toggle(Number(element.id.slice(table.rowPrefix.length)), element);
  });
  place.replaceChildren(tools, grid, pager.element);
  draw();

  return {
    reveal: (row) => {
      if (!rows.includes(row)) {
        search.value = '';
        arrange();
      }
      page = Math.floor(rows.indexOf(row) / PAGE);
      open.add(row);
      draw();
      const element = body.querySelector<HTMLElement>(`#${table.rowPrefix}${row}`);
      element?.scrollIntoView({ block: 'center' });
      element?.querySelector('button')?.focus({ preventScroll: true });
    },
    filter: (text) => {
      search.value = text;
      arrange();
      search.focus({ preventScroll: true });
      place.closest('section')?.scrollIntoView();
    },
    expand: (whole) => {
      isWhole = whole;
      draw();
    },
  };
}

function gridOf(
  table: PageTable,
  heads: readonly HTMLTableCellElement[],
  body: HTMLTableSectionElement,
): HTMLElement {
  const scroll = htmlElement(
    h('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': `${table.title}, table` }),
    HTMLDivElement,
  );
  const grid = htmlElement(
    h('table', {}, h('caption', { class: 'unseen' }, `${table.title}; the headers' buttons sort`)),
    HTMLTableElement,
  );
  const head = htmlElement(
    h('tr', {}, h('th', { scope: 'col', class: 'toggle' }, h('span', { class: 'unseen' }, 'Details'))),
    HTMLTableRowElement,
  );
  head.append(...heads);
  grid.createTHead().append(head);
  grid.append(body);
  scroll.append(grid);
  return scroll;
}
