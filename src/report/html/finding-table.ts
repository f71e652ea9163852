import { SEVERITIES } from '../../model/finding.js';
import { attributionList } from './attribution-details.js';
import { phaseColumn } from './columns.js';
import { facts } from './facts.js';
import { type Child, h } from './markup.js';
import type { PageData, PageFinding } from './page-data.js';
import { inCode, placeOf, shortHost, shortText } from './place.js';
import { type PageTable, pageTable } from './table.js';
import { severityTag } from './tags.js';

export function findingTable(data: PageData): PageTable {
  return pageTable({
    id: 'findings',
    title: 'Findings',
    empty: 'No findings.',
    hint: 'rule, severity, host, package …',
    rowPrefix: 'f',
    rows: data.findings,
    columns: [
      {
        label: 'Severity',
        key: (finding) => SEVERITIES.length - SEVERITIES.indexOf(finding.severity),
        cell: (finding) => severityTag(finding.severity),
      },
      { label: 'Rule', from: 'middle', key: (finding) => finding.rule, cell: (finding) => finding.rule },
      {
        label: 'Destination',
        key: (finding) => finding.destination,
        whole: (finding) => h('span', { class: 'host' }, finding.destination ?? '–'),
        cell: (finding) => h('span', { class: 'host' }, shortHost(finding.destination ?? '–')),
      },
      {
        label: 'Package',
        from: 'wide',
        key: (finding) => finding.package,
        cell: (finding) => shortText(finding.package ?? '–'),
      },
      {
        label: 'What was found',
        from: 'middle',
        key: (finding) => finding.message,
        whole: (finding) => [inCode(finding.message), h('div', { class: 'faint' }, inCode(finding.help))],
        cell: (finding) => inCode(shortText(finding.message, 200)),
      },
      ...phaseColumn<PageData['findings'][number]>(data),
    ],
    words: (finding) => finding.also,
    details: (finding) =>
      h(
        'div',
        { class: 'details' },
        h('p', {}, inCode(finding.message)),
        h('p', { class: 'faint' }, inCode(finding.help)),
        facts([
          ['Rules', [finding.rule, ...finding.also].join(', ')],
          ['Package', finding.package],
          ['Destination', finding.destination],
          ['Seen at', placeLinks(data, finding.destinations)],
        ]),
        attributionList(data, namedBy(data, finding)),
      ),
    attributions: (finding) => namedBy(data, finding),
  });
}

/** Those at the finding's destinations whom it names; where it names none of them, all. */
function namedBy(data: PageData, finding: PageFinding): readonly number[] {
  const all = finding.destinations.flatMap((index) => data.destinations[index]?.attributions ?? []);
  const distinct = [...new Set(all)];
  const named = distinct.filter((index) => data.attributions[index]?.who === finding.package);
  return named.length === 0 ? distinct : named;
}

/** Destinations that a finding leads to; a finding about a domain may be about thousands. */
const MOST_LINKS = 20;

function placeLinks(data: PageData, indexes: readonly number[]): Child {
  const links = indexes.slice(0, MOST_LINKS).flatMap((index, at) => {
    const to = data.destinations[index];
    if (to === undefined) return [];
    return [...(at === 0 ? [] : [', ']), h('a', { href: `#d${index}` }, shortHost(placeOf(to)))];
  });
  if (links.length === 0) return null;
  return indexes.length <= MOST_LINKS ? links : [...links, ` and ${indexes.length - MOST_LINKS} more`];
}
