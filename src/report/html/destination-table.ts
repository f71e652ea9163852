import { SEVERITIES } from '../../model/finding.js';
import { bytesText, durationText } from '../quantity.js';
import { phaseColumn, whoColumn, whosOf } from './columns.js';
import { destinationDetails } from './destination-details.js';
import { h } from './markup.js';
import { numberText } from './number-text.js';
import type { PageData, PageDestination } from './page-data.js';
import { placeOf, shortHost } from './place.js';
import { type PageTable, pageTable } from './table.js';
import { newTag, severityTag, verdictTag } from './tags.js';

export function destinationTable(data: PageData): PageTable {
  return pageTable<PageDestination>({
    id: 'destinations',
    title: 'Destinations',
    empty: 'Nothing reached out.',
    hint: 'host, package, protocol, new, blocked …',
    rowPrefix: 'd',
    rows: data.destinations,
    columns: [
      {
        label: 'Host',
        key: (to) => to.host,
        whole: (to) => [h('span', { class: 'host' }, to.host), to.isNew ? [' ', newTag()] : null],
        cell: (to) => [
          h('span', { class: 'host' }, shortHost(to.host)),
          to.isNew ? [' ', newTag()] : null,
          to.verdict === 'allowed' ? null : h('span', { class: 'to-middle' }, ' ', verdictTag(to.verdict)),
        ],
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
        cell: (to) => h('span', { class: 'short' }, to.port === null ? 'only looked up' : to.protocol),
      },
      { label: 'Verdict', from: 'middle', key: (to) => to.verdict, cell: (to) => verdictTag(to.verdict) },
      whoColumn(data),
      {
        label: 'Connections',
        isNumber: true,
        from: 'middle',
        key: (to) => to.connections,
        cell: (to) => numberText(to.connections),
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
    isFirst: (to) => to.isNew,
    className: (to) => (to.isNew ? 'is-new' : ''),
  });
}

/** Index in `SEVERITIES` of the worst finding; -1 where there is none. */
function worstOf(data: PageData, { findings }: PageDestination): number {
  return findings.reduce((worst, index) => {
    const finding = data.findings[index];
    return finding === undefined ? worst : Math.max(worst, SEVERITIES.indexOf(finding.severity));
  }, -1);
}
