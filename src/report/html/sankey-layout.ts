import type { Flows } from './flows.js';

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
export function layOutSankey({ left, right, links }: Flows, width: number): SankeyLayout {
  const labelWidth = Math.round(width < NARROW ? width * 0.4 : width * 0.33);
  const total = links.reduce((sum, { weight }) => sum + weight, 0);
  const heightOf = (weight: number): number => (total === 0 ? 0 : (weight / total) * FLOW_HEIGHT);
  const bands = links.map(({ from, to, weight }) => ({
    from,
    to,
    thickness: Math.max(LEAST_LINK, heightOf(weight)),
  }));
  const heights = [left, right].map((nodes, side) =>
    nodes.map((node, index) => {
      const own = bands.filter((band) => (side === 0 ? band.from : band.to) === index);
      const stacked = own.reduce((sum, { thickness }) => sum + thickness, 0);
      return Math.max(LEAST_NODE + heightOf(node.weight), stacked);
    }),
  );
  const tall = Math.max(...heights.map(columnHeight));
  const column = (own: readonly number[], x: number): Box[] => {
    let y = MARGIN + (tall - columnHeight(own)) / 2;
    return own.map((height) => {
      const box = { x, y: round(y), width: NODE_WIDTH, height: round(height) };
      y += height + GAP;
      return box;
    });
  };
  const boxes = {
    left: column(heights[0] ?? [], labelWidth),
    right: column(heights[1] ?? [], width - labelWidth - NODE_WIDTH),
  };
  return {
    width,
    height: Math.ceil(tall + 2 * MARGIN),
    ...boxes,
    links: linkPaths(bands, boxes.left, boxes.right),
    labelWidth: labelWidth - LABEL_GAP,
  };
}

interface Band {
  readonly from: number;
  readonly to: number;
  readonly thickness: number;
}

function linkPaths(bands: readonly Band[], left: readonly Box[], right: readonly Box[]): string[] {
  const starts = stack(bands, left, (band) => band.from);
  const ends = stack(bands, right, (band) => band.to);
  return bands.map((band, index) => {
    const from = left[band.from];
    const to = right[band.to];
    if (from === undefined || to === undefined) return '';
    const [x0, x1] = [from.x + from.width, to.x];
    const middle = round((x0 + x1) / 2);
    const [y0, y1] = [starts[index] ?? 0, ends[index] ?? 0];
    const [b0, b1] = [round(y0 + band.thickness), round(y1 + band.thickness)];
    return `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}L${x1} ${b1}C${middle} ${b1} ${middle} ${b0} ${x0} ${b0}Z`;
  });
}

/** Where each band meets its node: one below the other, in the middle of the node. */
function stack(bands: readonly Band[], boxes: readonly Box[], nodeOf: (band: Band) => number): number[] {
  const heights = boxes.map(() => 0);
  for (const band of bands) heights[nodeOf(band)] = (heights[nodeOf(band)] ?? 0) + band.thickness;
  const next = boxes.map((box, index) => box.y + Math.max(0, (box.height - (heights[index] ?? 0)) / 2));
  return bands.map((band) => {
    const node = nodeOf(band);
    const y = next[node] ?? 0;
    next[node] = y + band.thickness;
    return round(y);
  });
}

function columnHeight(heights: readonly number[]): number {
  return heights.reduce((sum, height) => sum + height + GAP, -GAP);
}

/** A tenth of a unit is less than anybody sees, and the same on every machine. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
