import { attributionList } from './attribution-details.js';
import { phaseColumn, whoColumn, whosOf } from './columns.js';
import { facts } from './facts.js';
import { h } from './markup.js';
import type { PageData } from './page-data.js';
import { shortHost, shortText } from './place.js';
import { type PageTable, pageTable } from './table.js';

export function deniedTable(data: PageData): PageTable {
  return pageTable({
    id: 'denied',
    title: 'Denied attempts',
    empty: 'Nothing was denied.',
    hint: 'address, package …',
    rowPrefix: 'n',
    rows: data.denied,
    columns: [
      {
        label: 'What',
        key: ({ what }) => what,
        whole: ({ what }) => what,
        cell: ({ what }) => shortText(what),
      },
      { label: 'To', key: ({ to }) => to, cell: ({ to }) => shortHost(to ?? '–') },
      {
        label: 'Attempts',
        isNumber: true,
        key: ({ attempts }) => attempts,
        cell: ({ attempts }) => String(attempts),
      },
      whoColumn(data),
      ...phaseColumn<PageData['denied'][number]>(data),
    ],
    words: (denied) => whosOf(data, denied),
    details: (denied) =>
      h(
        'div',
        { class: 'details' },
        facts([
          ['What', denied.what],
          ['To', denied.to],
        ]),
        attributionList(data, denied.attributions),
      ),
    attributions: (denied) => denied.attributions,
  });
}
