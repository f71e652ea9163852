import { bytesText } from '../quantity.js';
import { attributionList } from './attribution-details.js';
import { phaseColumn, whoColumn, whosOf } from './columns.js';
import { facts } from './facts.js';
import { h } from './markup.js';
import type { PageData } from './page-data.js';
import { shortText } from './place.js';
import { type PageTable, pageTable } from './table.js';

export function requestTable(data: PageData): PageTable {
  return pageTable({
    id: 'requests',
    title: 'Requests answered here',
    empty: 'No request came.',
    hint: 'method, host, header, package …',
    rowPrefix: 'r',
    rows: data.requests,
    columns: [
      { label: 'Method', key: ({ method }) => method, cell: ({ method }) => shortText(method) },
      {
        label: 'Target',
        key: ({ target }) => target,
        whole: ({ target }) => h('span', { class: 'host' }, target),
        cell: ({ target }) => h('span', { class: 'host' }, shortText(target, 80)),
      },
      {
        label: 'Body',
        isNumber: true,
        key: ({ bodyBytes }) => bodyBytes,
        cell: ({ bodyBytes }) => bytesText(bodyBytes),
      },
      {
        label: 'Status',
        isNumber: true,
        from: 'middle',
        key: ({ status }) => status,
        cell: ({ status }) => (status === 0 ? 'not answered' : String(status)),
      },
      whoColumn(data, 'middle'),
      ...phaseColumn<PageData['requests'][number]>(data),
    ],
    words: (request) => [...request.headers, ...whosOf(data, request)],
    details: (request) =>
      h(
        'div',
        { class: 'details' },
        facts([
          ['Target', h('code', {}, request.target)],
          ['Headers', request.headers.length === 0 ? null : h('code', {}, request.headers.join(' · '))],
          ['Body', request.body === null || request.body === '' ? null : h('code', {}, request.body)],
        ]),
        attributionList(data, request.attributions),
      ),
    attributions: (request) => request.attributions,
  });
}
