import { type Child, h } from '../markup.js';
import { cellClass, type PageTable } from '../table.js';
import { htmlElement } from './dom.js';

/** A row and, where it is open, its details below it. */
export function rowElements(table: PageTable, row: number, open: ReadonlySet<number>): HTMLTableRowElement[] {
  const isOpen = open.has(row);
  const id = `${table.rowPrefix}${row}`;
  const cells = table.cellsOf(row);
  const element = htmlElement(
    h(
      'tr',
      { id, class: `row ${table.classOf(row)}` },
      h(
        'td',
        { class: 'toggle' },
        h(
          'button',
          {
            type: 'button',
            class: 'opener',
            'aria-expanded': String(isOpen),
            'aria-label': `Details of ${textOf(cells[0] ?? null)}`,
            ...(isOpen ? { 'aria-controls': `${id}-more` } : {}),
          },
          h('span', { 'aria-hidden': 'true' }, '▸'),
        ),
      ),
      cells.map((cell, index) => h('td', { class: cellClass(table.columns[index] ?? {}) }, cell)),
    ),
    HTMLTableRowElement,
  );
  if (!isOpen) return [element];
  const more = htmlElement(
    h(
      'tr',
      { id: `${id}-more`, class: 'more' },
      h('td', { colspan: table.columns.length + 1 }, table.detailsOf(row)),
    ),
    HTMLTableRowElement,
  );
  return [element, more];
}

function textOf(child: Child): string {
  if (child === null || typeof child === 'string') return child ?? '';
  return ('tag' in child ? child.children : child).map(textOf).join('');
}
