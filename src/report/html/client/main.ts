import type { PageData } from '../page-data.js';
import { tablesOf } from '../tables.js';
import { mountFlow } from './flow-view.js';
import { mountLanes } from './lanes-view.js';
import { mountTable, type TableView } from './table-view.js';

const data: PageData = JSON.parse(document.getElementById('data')?.textContent ?? '');
const views = new Map<string, TableView>();
const byPrefix = new Map<string, TableView>();

for (const table of tablesOf(data)) {
  const place = document.getElementById(`${table.id}-table`);
  if (place === null) continue;
  const view = mountTable(table, place);
  views.set(table.id, view);
  byPrefix.set(table.rowPrefix, view);
}

const flow = document.getElementById('flow-picture');
if (flow !== null) mountFlow(data, flow);
const lanes = document.getElementById('lanes');
if (lanes !== null) mountLanes(lanes);

/** Shows the row that a fragment such as `#d12` names. */
function follow(fragment: string): void {
  const named = /^#([a-z])(\d{1,9})$/.exec(fragment);
  if (named !== null) byPrefix.get(named[1] ?? '')?.reveal(Number(named[2]));
}

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const filter = link?.getAttribute('data-filter') ?? null;
  if (filter === null) {
    // The row must be there before the browser looks for it.
    follow(link?.getAttribute('href') ?? '');
    return;
  }
  event.preventDefault();
  views.get('destinations')?.filter(filter);
});
addEventListener('hashchange', () => follow(location.hash));
addEventListener('beforeprint', () => {
  for (const view of views.values()) view.expand(true);
});
addEventListener('afterprint', () => {
  for (const view of views.values()) view.expand(false);
});
follow(location.hash);
