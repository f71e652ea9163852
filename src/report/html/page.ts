import type { RunRecord } from '../../model/record.js';
import { attributionDetails } from './attribution-details.js';
import { contentSecurityPolicy } from './csp.js';
import { dataBlock } from './data-block.js';
import { flowsOf } from './flows.js';
import { timeLineOf } from './lanes.js';
import { type Child, h, type MarkupElement } from './markup.js';
import { type ChangeLine, newsSection } from './news.js';
import { numberText } from './number-text.js';
import type { PageData } from './page-data.js';
import { pageDataOf } from './page-data-of.js';
import { shortText } from './place.js';
import { captureSection, figures, runCards } from './runs.js';
import { flowTable, sankey } from './sankey.js';
import { toHtml } from './serialize.js';
import { type PageTable, wholeTable } from './table.js';
import { tablesOf } from './tables.js';
import { timeLineKey, timeLineTable } from './time-line.js';

/** The page's own style and script, which the build makes; neither may have what ends the element that it stands in. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
}

export interface HtmlOptions {
  readonly assets: PageAssets;
  /** Whether the runs were held against a lock. */
  readonly lockPresent: boolean;
  /** What a pull request changed in what is accepted, gravest first. */
  readonly changes?: readonly ChangeLine[];
}

/** Units of the flow picture's width where no script fits it to the screen. */
const PICTURE_WIDTH = 1080;

/** One self-contained page about some runs; without script it lacks sorting and filters, and nothing else. */
export function htmlReport(records: readonly RunRecord[], options: HtmlOptions): string {
  const { style, script } = options.assets;
  if (/<\/(style|script)|<!--/i.test(style + script))
    throw new Error('expected a style and a script that do not end their elements');
  const data = pageDataOf(records, options.lockPresent);
  const tables = tablesOf(data);
  const body = [
    h('a', { class: 'skip', href: '#main' }, 'Skip to the report'),
    header(data, tables),
    h(
      'main',
      { id: 'main', tabindex: -1 },
      runCards(data.runs),
      figures(data),
      newsSection(data, options.lockPresent, options.changes ?? []),
      flowSection(data),
      timeSection(records, data),
      tables.map(tableSection),
      h('noscript', {}, whySection(data)),
      captureSection(data),
    ),
    h(
      'footer',
      {},
      'Names are as they were seen; what could be taken for something other than text is escaped.',
    ),
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(style, script)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<link rel="icon" href="data:,">',
    toHtml(h('title', {}, titleOf(data))),
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    ...body.map(toHtml),
    `<script type="application/json" id="data">${dataBlock(data)}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function titleOf({ runs }: PageData): string {
  const [only] = runs;
  if (only === undefined) return 'Outbound traffic';
  return runs.length === 1
    ? `Outbound traffic of ${shortText(only.command)}`
    : `Outbound traffic of ${runs.length} runs`;
}

function header(data: PageData, tables: readonly PageTable[]): MarkupElement {
  const links: (readonly [`#${string}`, string])[] = [
    ['#new', 'New'],
    ['#flow', 'Flow'],
    ['#time', 'Time line'],
    ...tables.map(({ id, title, size }): [`#${string}`, string] => [
      `#${id}`,
      `${title} ${numberText(size)}`,
    ]),
    ['#capture', 'Capture'],
  ];
  return h(
    'header',
    {},
    h(
      'div',
      { class: 'bar' },
      h('p', { class: 'mark-word' }, 'egresslock'),
      h('h1', {}, titleOf(data)),
      themeChoice(),
    ),
    h(
      'nav',
      { 'aria-label': 'Sections' },
      h(
        'ul',
        {},
        links.map(([href, text]) => h('li', {}, h('a', { href }, text))),
      ),
    ),
  );
}

/** The style itself asks which is checked, so that this needs no script. */
function themeChoice(): MarkupElement {
  const choices = [
    ['system', 'System'],
    ['light', 'Light'],
    ['dark', 'Dark'],
  ] as const;
  return h(
    'fieldset',
    { class: 'choice' },
    h('legend', { class: 'unseen' }, 'Colours'),
    choices.map(([value, label], index) => [
      h('input', {
        type: 'radio',
        name: 'theme',
        id: `theme-${value}`,
        value,
        autocomplete: 'off',
        ...(index === 0 ? { checked: true } : {}),
      }),
      h('label', { for: `theme-${value}` }, label),
    ]),
  );
}

function flowSection(data: PageData): MarkupElement {
  const lookedUp = data.destinations.filter(({ port }) => port === null).length;
  const remark = lookedUp === 0 ? '' : ' A name that was only looked up is a thin band.';
  return h(
    'section',
    { id: 'flow', class: 'panel', 'aria-labelledby': 'flow-heading' },
    h('h2', { id: 'flow-heading' }, 'Who talks to whom'),
    data.shares.length === 0
      ? h('p', { class: 'lead' }, 'Nothing reached out.')
      : [
          h(
            'p',
            { class: 'faint' },
            `Packages on the left, destinations on the right; what is new comes first. A connection of several packages is divided evenly among them.${remark}`,
          ),
          h('div', { id: 'flow-picture' }, flowPicture(data)),
        ],
  );
}

function flowPicture(data: PageData): Child {
  const flows = flowsOf(data, 'connections');
  return [
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Flow picture' },
      sankey(flows, 'connections', PICTURE_WIDTH),
    ),
    h(
      'details',
      {},
      h('summary', {}, 'The same as a table'),
      h('div', { class: 'scroll' }, flowTable(flows)),
    ),
  ];
}

function timeSection(records: readonly RunRecord[], data: PageData): MarkupElement {
  return h(
    'section',
    { id: 'time', class: 'panel', 'aria-labelledby': 'time-title' },
    h('h2', { id: 'time-title' }, 'Time line'),
    timeLineKey(),
    h(
      'div',
      { id: 'lanes' },
      records.map((record, index) => {
        const run = data.runs[index];
        return run === undefined ? null : timeLineTable(run, timeLineOf(record));
      }),
    ),
  );
}

/** The script fills the place; where there is none, the whole table is there instead. */
function tableSection(table: PageTable): MarkupElement {
  return h(
    'section',
    { id: table.id, class: 'panel', 'aria-labelledby': `${table.id}-title` },
    h('h2', { id: `${table.id}-title` }, table.title),
    table.size === 0
      ? h('p', { class: 'lead' }, table.empty)
      : [
          h('div', { id: `${table.id}-table` }),
          h('noscript', {}, h('div', { class: 'scroll' }, wholeTable(table))),
        ],
  );
}

function whySection({ attributions }: PageData): Child {
  if (attributions.length === 0) return null;
  return h(
    'section',
    { id: 'why', class: 'panel', 'aria-labelledby': 'why-title' },
    h('h2', { id: 'why-title' }, 'Who, and why'),
    h(
      'ol',
      {},
      attributions.map((one, index) => h('li', { id: `a${index}` }, attributionDetails(one))),
    ),
  );
}
