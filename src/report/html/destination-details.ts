import { bytesText, durationText } from '../quantity.js';
import { attributionList } from './attribution-details.js';
import { facts } from './facts.js';
import { h, type MarkupElement } from './markup.js';
import type { PageData, PageDestination } from './page-data.js';
import { inCode, placeOf } from './place.js';
import { severityTag } from './tags.js';

/** The whole of a destination: names and figures, findings, and who it was, through which chains and frames. */
export function destinationDetails(data: PageData, to: PageDestination): MarkupElement {
  return h(
    'div',
    { class: 'details' },
    facts([
      ['Destination', h('code', {}, placeOf(to))],
      ['Protocol', to.protocol],
      ['Addresses', to.addresses.length === 0 ? null : h('code', {}, to.addresses.join(', '))],
      ['Connections', to.port === null ? 'only looked up' : String(to.connections)],
      ['Bytes', `${bytesText(to.bytesSent)} sent, ${bytesText(to.bytesReceived)} received`],
      ['Verdict', to.verdict],
      ['Failures', to.failures.length === 0 ? null : to.failures.join(', ')],
      ['First seen', to.firstAt === null ? null : `${durationText(to.firstAt)} after the start`],
      ['Phase', data.runs[to.run]?.phase ?? null],
    ]),
    to.findings.length === 0
      ? null
      : h(
          'ul',
          { class: 'findings' },
          to.findings.map((index) => {
            const finding = data.findings[index];
            if (finding === undefined) return null;
            return h(
              'li',
              {},
              severityTag(finding.severity),
              ' ',
              inCode(finding.message),
              h('span', { class: 'faint' }, ` [${[finding.rule, ...finding.also].join(', ')}]`),
              h('div', { class: 'faint' }, inCode(finding.help)),
            );
          }),
        ),
    attributionList(data, to.attributions),
  );
}
