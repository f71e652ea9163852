import { attributionList } from './attribution-details.js';
import { phaseColumn, whoColumn, whosOf } from './columns.js';
import { facts } from './facts.js';
import { h } from './markup.js';
import { numberText } from './number-text.js';
import type { PageData } from './page-data.js';
import { shortHost, shortText } from './place.js';
import { type PageTable, pageTable } from './table.js';
import { verdictTag } from './tags.js';

export function queryTable(data: PageData): PageTable {
  return pageTable({
    id: 'dns',
    title: 'DNS queries',
    empty: 'No name was looked up.',
    hint: 'name, type, outcome, package …',
    rowPrefix: 'q',
    rows: data.queries,
    columns: [
      {
        label: 'Name',
        key: ({ name }) => name,
        whole: ({ name }) => h('span', { class: 'host' }, name),
        cell: ({ name }) => h('span', { class: 'host' }, shortHost(name)),
      },
      { label: 'Type', key: ({ type }) => type, cell: ({ type }) => shortText(type) },
      { label: 'Outcome', key: ({ outcome }) => outcome, cell: ({ outcome }) => shortText(outcome) },
      {
        label: 'Answers',
        from: 'wide',
        key: ({ answers }) => answers[0] ?? null,
        whole: ({ answers }) => answers.join(', '),
        cell: ({ answers }) => shortText(answers.join(', '), 60),
      },
      {
        label: 'Verdict',
        from: 'middle',
        key: ({ verdict }) => verdict,
        cell: ({ verdict }) => verdictTag(verdict),
      },
      {
        label: 'Asked of',
        from: 'wide',
        key: ({ server }) => server,
        cell: ({ server, ownResolver }) => (ownResolver ? `${server}, its own choice` : server),
      },
      {
        label: 'Times',
        isNumber: true,
        from: 'middle',
        key: ({ queries }) => queries,
        cell: ({ queries }) => numberText(queries),
      },
      whoColumn(data, 'middle'),
      ...phaseColumn<PageData['queries'][number]>(data),
    ],
    words: (query) => [
      ...query.answers,
      ...(query.ownResolver ? ['own-resolver'] : []),
      ...whosOf(data, query),
    ],
    details: (query) =>
      h(
        'div',
        { class: 'details' },
        facts([
          ['Name', h('code', {}, query.name)],
          ['Type', query.type],
          ['Answers', query.answers.length === 0 ? null : h('code', {}, query.answers.join(', '))],
          [
            'Asked of',
            `${query.server}, over ${query.transport}${query.ownResolver ? ', a resolver of its own choice' : ''}`,
          ],
          ['Outcome', query.outcome],
          ['Verdict', query.verdict],
          ['Times', String(query.queries)],
        ]),
        attributionList(data, query.attributions),
      ),
    attributions: (query) => query.attributions,
  });
}
