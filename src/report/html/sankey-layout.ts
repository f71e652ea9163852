import type { FlowLink, FlowNode, Flows } from './flows.js';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface SankeyLayout {
  readonly width: number;
  readonly height: number;
  readonly left: readonly Box[];
  readonly right: readonly Box[];
  /** Outlines of the links, in the order of the flows' links, as SVG path data. */
  readonly links: readonly string[];
  /** Room for a label, in the width's unit. */
  readonly labelWidth: number;
}

/** Units of height for what all flows together weigh. */
const FLOW_HEIGHT = 150;
/** A node is as high as its label at least. */
const LEAST_NODE = 16;
const GAP = 10;
const NODE_WIDTH = 8;
/** A flow without weight is a flow all the same. */
const LEAST_LINK = 1.5;
const LABEL_GAP = 6;
const MARGIN = 4;
/** Units of width below which labels need the room more than the flows do. */
const NARROW = 480;

/** Packages on the left, destinations on the right. @param width Units; labels take two thirds of it, or more where it is narrow */
export function layOutSankey(flows: Flows, width: number): SankeyLayout {
  const labelWidth = Math.round(width < NARROW ? width * 0.4 : width * 0.33);
  const total = flows.links.reduce((sum, { weight }) => sum + weight, 0);
  const heightOf = (weight: number): number => (total === 0 ? 0 : (weight / total) * FLOW_HEIGHT);
  const tall = Math.max(columnHeight(flows.left, heightOf), columnHeight(flows.right, heightOf));
  const column = (nodes: readonly FlowNode[], x: number): Box[] => {
    let y = MARGIN + (tall - columnHeight(nodes, heightOf)) / 2;
    return nodes.map(({ weight }) => {
      const box = { x, y: round(y), width: NODE_WIDTH, height: round(nodeHeight(heightOf(weight))) };
      y += box.height + GAP;
      return box;
    });
  };
  const left = column(flows.left, labelWidth);
  const right = column(flows.right, width - labelWidth - NODE_WIDTH);
  return {
    width,
    height: Math.ceil(tall + 2 * MARGIN),
    left,
    right,
    links: linkPaths(flows.links, left, right, heightOf),
    labelWidth: labelWidth - LABEL_GAP,
  };
}

function linkPaths(
  links: readonly FlowLink[],
  left: readonly Box[],
  right: readonly Box[],
  heightOf: (weight: number) => number,
): string[] {
  const thickness = (link: FlowLink): number => Math.max(LEAST_LINK, heightOf(link.weight));
  const starts = stack(links, left, (link) => link.from, thickness);
  const ends = stack(links, right, (link) => link.to, thickness);
  return links.map((link, index) => {
    const from = left[link.from];
    const to = right[link.to];
    if (from === undefined || to === undefined) return '';
    const [x0, x1] = [from.x + from.width, to.x];
    const middle = round((x0 + x1) / 2);
    const [y0, y1] = [starts[index] ?? 0, ends[index] ?? 0];
    const thick = thickness(link);
    const [b0, b1] = [round(y0 + thick), round(y1 + thick)];
    return `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}L${x1} ${b1}C${middle} ${b1} ${middle} ${b0} ${x0} ${b0}Z`;
  });
}

/** Where each link meets its node: one below the other, in the middle of the node. */
function stack(
  links: readonly FlowLink[],
  boxes: readonly Box[],
  nodeOf: (link: FlowLink) => number,
  thickness: (link: FlowLink) => number,
): number[] {
  const heights = boxes.map(() => 0);
  for (const link of links) heights[nodeOf(link)] = (heights[nodeOf(link)] ?? 0) + thickness(link);
  const next = boxes.map((box, index) => box.y + Math.max(0, (box.height - (heights[index] ?? 0)) / 2));
  return links.map((link) => {
    const node = nodeOf(link);
    const y = next[node] ?? 0;
    next[node] = y + thickness(link);
    return round(y);
  });
}

function columnHeight(nodes: readonly FlowNode[], heightOf: (weight: number) => number): number {
  return nodes.reduce((sum, { weight }) => sum + nodeHeight(heightOf(weight)) + GAP, -GAP);
}

function nodeHeight(flow: number): number {
  return LEAST_NODE + flow;
}

/** A tenth of a unit is less than anybody sees, and the same on every machine. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
