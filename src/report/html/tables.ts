import { compareBy } from '../../model/compare.js';
import { SEVERITIES } from '../../model/finding.js';
import { bytesText, durationText } from '../quantity.js';
import { attributionList, destinationDetails, facts } from './details.js';
import { type Child, h } from './markup.js';
import type { PageData, PageDestination } from './page-data.js';
import { placeOf, shortHost, shortText } from './place.js';
import { type Column, type PageTable, pageTable } from './table.js';
import { newTag, severityTag, verdictTag } from './tags.js';

/** Names of packages that a cell holds; the rest is counted. */
const MOST_WHOS = 3;

type OfRun = { readonly run: number };
type OfSomebody = { readonly attributions: readonly number[] };

/** All tables of the page; those about nothing that was seen are not there, except for the destinations. */
export function tablesOf(data: PageData): PageTable[] {
  return [
    destinationTable(data),
    ...(data.findings.length === 0 ? [] : [findingTable(data)]),
    ...(data.queries.length === 0 ? [] : [queryTable(data)]),
    ...(data.denied.length === 0 ? [] : [deniedTable(data)]),
    ...(data.requests.length === 0 ? [] : [requestTable(data)]),
  ];
}

function destinationTable(data: PageData): PageTable {
  return pageTable<PageDestination>({
    id: 'destinations',
    title: 'Destinations',
    empty: 'Nothing reached out.',
    rowPrefix: 'd',
    rows: data.destinations,
    columns: [
      {
        label: 'Host',
        key: (to) => to.host,
        cell: (to) => [h('span', { class: 'host' }, shortHost(to.host)), to.isNew ? [' ', newTag()] : null],
      },
      {
        label: 'Port',
        isNumber: true,
        key: (to) => to.port,
        cell: (to) => (to.port === null ? '–' : String(to.port)),
      },
      {
        label: 'Protocol',
        from: 'middle',
        key: (to) => to.protocol,
        cell: (to) => (to.port === null ? 'only looked up' : to.protocol),
      },
      { label: 'Verdict', key: (to) => to.verdict, cell: (to) => verdictTag(to.verdict) },
      whoColumn(data),
      {
        label: 'Connections',
        isNumber: true,
        from: 'middle',
        key: (to) => to.connections,
        cell: (to) => String(to.connections),
      },
      {
        label: 'Sent',
        isNumber: true,
        from: 'middle',
        key: (to) => to.bytesSent,
        cell: (to) => bytesText(to.bytesSent),
      },
      {
        label: 'Received',
        isNumber: true,
        from: 'wide',
        key: (to) => to.bytesReceived,
        cell: (to) => bytesText(to.bytesReceived),
      },
      {
        label: 'First seen',
        isNumber: true,
        from: 'wide',
        key: (to) => to.firstAt,
        cell: (to) => (to.firstAt === null ? '–' : durationText(to.firstAt)),
      },
      {
        label: 'Findings',
        from: 'wide',
        key: (to) => -worstOf(data, to),
        cell: (to) => {
          const severity = SEVERITIES[worstOf(data, to)];
          return severity === undefined
            ? '–'
            : [severityTag(severity), to.findings.length > 1 ? ` ${to.findings.length}` : null];
        },
      },
      ...phaseColumn<PageDestination>(data),
    ],
    words: (to) => [
      placeOf(to),
      ...(to.isNew ? ['new'] : []),
      ...to.addresses,
      ...to.failures,
      ...to.findings.flatMap((index) => {
        const finding = data.findings[index];
        return finding === undefined ? [] : [finding.rule, ...finding.also, finding.severity];
      }),
      ...whosOf(data, to),
    ],
    details: (to) => destinationDetails(data, to),
    attributions: (to) => to.attributions,
    className: (to) => (to.isNew ? 'is-new' : ''),
  });
}

function findingTable(data: PageData): PageTable {
  return pageTable({
    id: 'findings',
    title: 'Findings',
    empty: 'No findings.',
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
        cell: (finding) => h('span', { class: 'host' }, shortHost(finding.destination ?? '–')),
      },
      {
        label: 'Package',
        from: 'middle',
        key: (finding) => finding.package,
        cell: (finding) => shortText(finding.package ?? '–'),
      },
      {
        label: 'What was found',
        from: 'wide',
        key: (finding) => finding.message,
        cell: (finding) => shortText(finding.message, 200),
      },
      ...phaseColumn<PageData['findings'][number]>(data),
    ],
    words: (finding) => finding.also,
    details: (finding) =>
      h(
        'div',
        { class: 'details' },
        h('p', {}, finding.message),
        h('p', { class: 'faint' }, finding.help),
        facts([
          ['Rules', [finding.rule, ...finding.also].join(', ')],
          ['Package', finding.package],
          ['Destination', finding.destination],
          ['Seen at', placeLinks(data, finding.destinations)],
        ]),
      ),
    attributions: ({ destinations }) => [
      ...new Set(destinations.flatMap((index) => data.destinations[index]?.attributions ?? [])),
    ],
  });
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

function queryTable(data: PageData): PageTable {
  return pageTable({
    id: 'dns',
    title: 'DNS queries',
    empty: 'No name was looked up.',
    rowPrefix: 'q',
    rows: data.queries,
    columns: [
      {
        label: 'Name',
        key: ({ name }) => name,
        cell: ({ name }) => h('span', { class: 'host' }, shortHost(name)),
      },
      { label: 'Type', key: ({ type }) => type, cell: ({ type }) => shortText(type) },
      { label: 'Outcome', key: ({ outcome }) => outcome, cell: ({ outcome }) => shortText(outcome) },
      {
        label: 'Answers',
        from: 'wide',
        key: ({ answers }) => answers[0] ?? null,
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
        cell: ({ queries }) => String(queries),
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

function deniedTable(data: PageData): PageTable {
  return pageTable({
    id: 'denied',
    title: 'Denied attempts',
    empty: 'Nothing was denied.',
    rowPrefix: 'n',
    rows: data.denied,
    columns: [
      { label: 'What', key: ({ what }) => what, cell: ({ what }) => shortText(what) },
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

function requestTable(data: PageData): PageTable {
  return pageTable({
    id: 'requests',
    title: 'Requests answered here',
    empty: 'No request came.',
    rowPrefix: 'r',
    rows: data.requests,
    columns: [
      { label: 'Method', key: ({ method }) => method, cell: ({ method }) => shortText(method) },
      {
        label: 'Target',
        key: ({ target }) => target,
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

/** Index in `SEVERITIES` of the worst finding; -1 where there is none. */
function worstOf(data: PageData, { findings }: PageDestination): number {
  return findings.reduce((worst, index) => {
    const finding = data.findings[index];
    return finding === undefined ? worst : Math.max(worst, SEVERITIES.indexOf(finding.severity));
  }, -1);
}

function whosOf(data: PageData, { attributions }: OfSomebody): string[] {
  const whos = attributions.flatMap((index) => data.attributions[index]?.who ?? []);
  return [...new Set(whos)].sort(compareBy((who) => who));
}

function whoColumn(data: PageData, from?: 'middle'): Column<OfSomebody> {
  return {
    label: 'Packages',
    ...(from === undefined ? {} : { from }),
    key: (row) => whosOf(data, row)[0] ?? null,
    cell: (row) => {
      const whos = whosOf(data, row);
      const shown = whos.slice(0, MOST_WHOS).map((who) => shortText(who));
      const more = whos.length - shown.length;
      return `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
    },
  };
}

/** Only where there are several runs to tell apart. */
function phaseColumn<Row extends OfRun>({ runs }: PageData): Column<Row>[] {
  if (runs.length < 2) return [];
  const phaseOf = ({ run }: Row): string => shortText(runs[run]?.phase ?? '', 24);
  return [{ label: 'Phase', from: 'middle', key: phaseOf, cell: phaseOf }];
}
