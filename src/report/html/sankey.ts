import { bytesText, countText } from '../quantity.js';
import type { FlowLink, FlowNode, Flows, Measure } from './flows.js';
import { type Child, h, type MarkupElement } from './markup.js';
import { shortHost, shortText } from './place.js';
import { type Box, layOutSankey, type SankeyLayout } from './sankey-layout.js';

/** Units of width of a letter, at the size that the picture's labels have: most are narrower. */
const LETTER = { plain: 7.3, strong: 8 } as const;
/** Characters of a label that a name and a tooltip have. */
const NAME = 200;
/** Units of room for a label below which it has no usual port, and a sign only for what is new. */
const SHORT_ROOM = 160;

/** The picture and its figures. @param width Units of the picture, at best the pixels that it gets */
export function sankey(flows: Flows, measure: Measure, width: number): MarkupElement {
  const layout = layOutSankey(flows, width);
  const title = `${sideText(flows.left, 'package')} talking to ${sideText(flows.right, 'destination')}`;
  return h(
    'svg',
    {
      class: 'sankey',
      viewBox: `0 0 ${layout.width} ${layout.height}`,
      role: 'group',
      'aria-labelledby': 'flow-title flow-desc',
    },
    h('title', { id: 'flow-title' }, title),
    h(
      'desc',
      { id: 'flow-desc' },
      `A band from each package to each of its destinations, as wide as its ${measure}. The table below says the same.`,
    ),
    h(
      'g',
      {},
      flows.links.map((link, index) => linkMark(flows, link, layout.links[index] ?? '')),
    ),
    flows.left.map((node, index) => nodeMark(node, layout.left[index], layout, 'left')),
    flows.right.map((node, index) => nodeMark(node, layout.right[index], layout, 'right')),
  );
}

function sideText(nodes: readonly FlowNode[], noun: string): string {
  return countText(
    nodes.reduce((sum, { count }) => sum + count, 0),
    noun,
  );
}

function linkMark(flows: Flows, link: FlowLink, path: string): Child {
  const from = flows.left[link.from];
  const to = flows.right[link.to];
  if (from === undefined || to === undefined) return null;
  const label = `${shortText(from.label)} to ${shortHost(to.label)}: ${figures(link)}${state(link)}`;
  const kind = link.isRefused ? ' refused' : link.isNew ? ' new' : '';
  return h(
    'a',
    {
      href: to.destination === null ? '#destinations' : `#d${to.destination}`,
      class: `link${kind}`,
      'aria-label': label,
    },
    h('path', { d: path }),
    h('title', {}, label),
  );
}

function figures({ connections, bytesSent, bytesReceived }: FlowLink): string {
  if (connections === 0) return 'no connection';
  const whole = Math.max(1, Math.round(connections));
  return `${countText(whole, 'connection')}, ${bytesText(Math.round(bytesSent))} out, ${bytesText(Math.round(bytesReceived))} in`;
}

function state({ isNew, isRefused }: FlowLink): string {
  return `${isNew ? ', new' : ''}${isRefused ? ', blocked' : ''}`;
}

function nodeMark(
  node: FlowNode,
  box: Box | undefined,
  { labelWidth }: SankeyLayout,
  side: 'left' | 'right',
): Child {
  if (box === undefined) return null;
  const isShort = labelWidth < SHORT_ROOM;
  const mark = !node.isNew ? '' : isShort ? ' +' : ' + new';
  const letter = node.isNew ? LETTER.strong : LETTER.plain;
  const letters = Math.max(4, Math.floor(labelWidth / letter) - mark.length);
  const label = isShort ? node.label.replace(/:443$/, '') : node.label;
  const keepsStart = side === 'left' || node.count > 1;
  const text = keepsStart ? shortText(label, letters) : shortHost(label, letters);
  const whole = keepsStart ? shortText(node.label, NAME) : shortHost(node.label, NAME);
  // The name must begin with what is to be seen (WCAG 2.2, 2.5.3), and have what was cut.
  const name = [text + mark, ...(text === node.label ? [] : [whole]), ...(node.isNew ? ['new'] : [])].join(
    ', ',
  );
  const x = side === 'left' ? box.x - 6 : box.x + box.width + 6;
  return h(
    'a',
    {
      class: `node${node.isNew ? ' new' : ''}`,
      href: node.destination === null ? '#destinations' : `#d${node.destination}`,
      'aria-label': name,
      ...(side === 'left' && node.count === 1 ? { 'data-filter': node.label } : {}),
    },
    h('rect', { x: box.x, y: box.y, width: box.width, height: box.height, rx: 2 }),
    h(
      'text',
      {
        x,
        y: box.y + box.height / 2,
        'text-anchor': side === 'left' ? 'end' : 'start',
        'dominant-baseline': 'central',
      },
      text + mark,
    ),
    h('title', {}, whole),
  );
}

/** The picture's text alternative. */
export function flowTable(flows: Flows): MarkupElement {
  const head = ['Package', 'Destination', 'Connections', 'Sent', 'Received', 'State'];
  return h(
    'table',
    {},
    h('caption', { class: 'unseen' }, 'Who talks to whom'),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        head.map((label, index) =>
          h('th', { scope: 'col', ...(index > 1 && index < 5 ? { class: 'number' } : {}) }, label),
        ),
      ),
    ),
    h(
      'tbody',
      {},
      flows.links.map((link) =>
        h(
          'tr',
          {},
          h('td', {}, shortText(flows.left[link.from]?.label ?? '')),
          h('td', {}, shortHost(flows.right[link.to]?.label ?? '')),
          h('td', { class: 'number' }, String(Math.round(link.connections * 10) / 10)),
          h('td', { class: 'number' }, bytesText(Math.round(link.bytesSent))),
          h('td', { class: 'number' }, bytesText(Math.round(link.bytesReceived))),
          h('td', {}, [...(link.isNew ? ['new'] : []), ...(link.isRefused ? ['blocked'] : [])].join(', ')),
        ),
      ),
    ),
  );
}
