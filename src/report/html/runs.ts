import { bytesText, countText, durationText } from '../quantity.js';
import { facts } from './facts.js';
import { type Child, h, type MarkupElement } from './markup.js';
import { numberText } from './number-text.js';
import type { PageData, PageRun } from './page-data.js';
import { shortText } from './place.js';
import { captureTag } from './tags.js';

/** Characters of a command in its card. */
const COMMAND = 160;

/** The runs that the page is about, each with its capture's verdict and, where it is not complete, why. */
export function runCards(runs: readonly PageRun[]): MarkupElement {
  return h(
    'ul',
    { class: 'runs', 'aria-label': 'Runs' },
    runs.map((run) =>
      h(
        'li',
        { class: 'panel' },
        h('p', { class: 'run-head' }, h('strong', {}, shortText(run.phase)), ' ', captureTag(run.verdict)),
        h('p', {}, h('code', {}, shortText(run.command, COMMAND))),
        h('p', { class: 'faint' }, runFacts(run)),
        run.reasons.length === 0 || run.verdict === 'complete'
          ? null
          : h(
              'ul',
              { class: 'reasons' },
              run.reasons.map((reason) => h('li', {}, shortText(reason, COMMAND))),
            ),
      ),
    ),
  );
}

function runFacts(run: PageRun): Child {
  return [
    `${run.mode} mode · ${endText(run)} · ${durationText(run.durationMs)} · `,
    h('time', { datetime: run.startedAt }, startText(run.startedAt)),
  ];
}

function endText({ exitCode }: PageRun): string {
  return exitCode === null ? 'was killed' : `exit ${exitCode}`;
}

/** `2026-01-02 03:04:05 UTC`: to the second, in the one zone that is the same for all readers. */
function startText(startedAt: string): string {
  return `${startedAt.slice(0, 10)} ${startedAt.slice(11, 19)} UTC`;
}

/** The page in six figures. */
export function figures(data: PageData): MarkupElement {
  const { destinations } = data;
  const sum = (key: 'connections' | 'bytesSent' | 'bytesReceived'): number =>
    destinations.reduce((total, to) => total + to[key], 0);
  const news = destinations.filter(({ isNew }) => isNew).length;
  const blocked = destinations.filter(({ verdict }) => verdict === 'blocked').length;
  const denied = data.denied.reduce((total, { attempts }) => total + attempts, 0);
  const whos = new Set(data.shares.map(({ who }) => who));
  const pairs: (readonly [string, string, string | null])[] = [
    ['Destinations', numberText(destinations.length), news === 0 ? null : `${numberText(news)} new`],
    ['Packages and processes', numberText(whos.size), null],
    ['Connections', numberText(sum('connections')), null],
    ['Sent', bytesText(sum('bytesSent')), null],
    ['Received', bytesText(sum('bytesReceived')), null],
    ['Refused', numberText(blocked + denied), blocked === 0 ? null : countText(blocked, 'destination')],
  ];
  return h(
    'dl',
    { class: 'figures' },
    pairs.map(([name, value, remark]) =>
      h(
        'div',
        {},
        h('dt', {}, name),
        h('dd', {}, value, remark === null ? null : h('span', { class: 'remark' }, ` ${remark}`)),
      ),
    ),
  );
}

/** How each capture went: what it counted, why it is not complete, what outlived the command. */
export function captureSection({ runs }: PageData): MarkupElement {
  return h(
    'section',
    { id: 'capture', class: 'panel', 'aria-labelledby': 'capture-title' },
    h('h2', { id: 'capture-title' }, 'Capture'),
    runs.map((run) => [
      h('h3', {}, shortText(run.phase), ' ', captureTag(run.verdict)),
      run.reasons.length === 0
        ? null
        : h(
            'ul',
            { class: 'reasons' },
            run.reasons.map((reason) => h('li', {}, reason)),
          ),
      facts([
        ['Run', h('code', {}, run.id)],
        ['Backend', run.backend],
        ['Seen', countsText(run)],
        ['Hook', run.hook ?? 'nothing amiss'],
        ['Still ran at the end', run.survivors.length === 0 ? null : run.survivors.join('; ')],
      ]),
    ]),
  );
}

function countsText({ counts }: PageRun): string {
  return [
    countText(counts.execs, 'process', 'processes'),
    countText(counts.dnsQueries, 'query', 'queries'),
    countText(counts.connections, 'connection'),
    countText(counts.datagramFlows, 'datagram flow'),
    `${counts.denied} denied`,
    `${counts.unattributed} not attributed`,
  ].join(', ');
}
