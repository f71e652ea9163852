import { compareBy } from '../../model/compare.js';
import { numberText } from './number-text.js';
import type { PageData, PageDestination, Share } from './page-data.js';
import { placeOf } from './place.js';

/** Nodes on one side of the picture before the rest is drawn as one: as many as can be told apart. */
const MOST_NODES = 14;

export const MEASURES = ['connections', 'bytes'] as const;
/** What the width of a flow stands for. */
export type Measure = (typeof MEASURES)[number];

export interface FlowNode {
  readonly label: string;
  /** How many packages or destinations it stands for. */
  readonly count: number;
  readonly weight: number;
  /** True where all of its links are new. */
  readonly isNew: boolean;
  /** Index of the destination; null for a package, and for several. */
  readonly destination: number | null;
}

export interface FlowLink {
  /** Index of the node on the left. */
  readonly from: number;
  /** Index of the node on the right. */
  readonly to: number;
  readonly weight: number;
  readonly connections: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly isNew: boolean;
  /** True where nothing that went there was let out. */
  readonly isRefused: boolean;
}

/** Who talks to whom, with at most `MOST_NODES` and "n others" on each side. */
export interface Flows {
  readonly left: readonly FlowNode[];
  readonly right: readonly FlowNode[];
  /** Sorted by `from`, then `to`. */
  readonly links: readonly FlowLink[];
}

export function flowsOf({ shares, destinations }: PageData, measure: Measure): Flows {
  const parts = shares.flatMap((share): Part[] => {
    const to = destinations[share.to];
    // The same place in several runs is one place here.
    return to === undefined ? [] : [{ share, to, place: placeOf(to), weight: weightOf(share, measure) }];
  });
  const left = choose(
    parts.map(({ share, weight }) => ({ label: share.who, weight, isNew: share.isNew })),
    'package',
  );
  const unordered = choose(
    parts.map(({ share, place, weight }) => ({ label: place, weight, isNew: share.isNew })),
    'destination',
  );
  const right = { ...unordered, shown: byNeighbours(unordered.shown, left, parts) };
  const first = new Map([...parts].reverse().map(({ place, share }) => [place, share.to]));
  return {
    left: nodesOf(left, () => null),
    right: nodesOf(right, (label) => first.get(label) ?? null),
    links: linksOf(parts, indexIn(left), indexIn(right)),
  };
}

interface Part {
  readonly share: Share;
  readonly to: PageDestination;
  readonly place: string;
  readonly weight: number;
}

type Candidate = Pick<FlowNode, 'label' | 'weight' | 'isNew'>;

interface Side {
  readonly shown: readonly Candidate[];
  readonly others: FlowNode | null;
}

function weightOf({ bytesSent, bytesReceived, connections }: Share, measure: Measure): number {
  return measure === 'bytes' ? bytesSent + bytesReceived : connections;
}

/** What has something new is never among the others while there is room; then the weightiest. */
function choose(members: readonly Candidate[], noun: string): Side {
  const sums = new Map<string, { weight: number; isNew: boolean; hasNew: boolean }>();
  for (const { label, weight, isNew } of members) {
    const sum = sums.get(label) ?? { weight: 0, isNew: true, hasNew: false };
    sums.set(label, {
      weight: sum.weight + weight,
      isNew: sum.isNew && isNew,
      hasNew: sum.hasNew || isNew,
    });
  }
  const sorted = [...sums].sort(
    compareBy(
      ([, sum]) => (sum.hasNew ? 0 : 1),
      ([, sum]) => -sum.weight,
      ([label]) => label,
    ),
  );
  const shown = sorted.slice(0, sorted.length > MOST_NODES + 1 ? MOST_NODES : sorted.length);
  const rest = sorted.slice(shown.length);
  return {
    shown: shown.map(([label, { weight, isNew }]) => ({ label, weight, isNew })),
    others:
      rest.length === 0
        ? null
        : {
            label: `${numberText(rest.length)} other ${noun}s`,
            count: rest.length,
            weight: rest.reduce((sum, [, { weight }]) => sum + weight, 0),
            isNew: rest.every(([, { isNew }]) => isNew),
            destination: null,
          },
  };
}

/** Each beside those that talk to it, so that few links cross; what is new stays on top. */
function byNeighbours(shown: readonly Candidate[], left: Side, parts: readonly Part[]): Candidate[] {
  const indexOf = indexIn(left);
  const sums = new Map<string, { indexes: number; weights: number }>();
  for (const { share, place, weight } of parts) {
    const sum = sums.get(place) ?? { indexes: 0, weights: 0 };
    // What has no weight pulls all the same.
    sums.set(place, {
      indexes: sum.indexes + indexOf(share.who) * (weight + 1),
      weights: sum.weights + weight + 1,
    });
  }
  const middle = ({ label }: Candidate): number => {
    const sum = sums.get(label);
    return sum === undefined ? 0 : sum.indexes / sum.weights;
  };
  return [...shown].sort(
    compareBy(
      (node) => (node.isNew ? 0 : 1),
      middle,
      (node) => -node.weight,
      (node) => node.label,
    ),
  );
}

/** Whatever is not shown is one of the others, which come last. */
function indexIn({ shown }: Side): (label: string) => number {
  const indexes = new Map(shown.map(({ label }, index) => [label, index]));
  return (label) => indexes.get(label) ?? shown.length;
}

function nodesOf({ shown, others }: Side, destinationOf: (label: string) => number | null): FlowNode[] {
  const nodes = shown.map((node) => ({ ...node, count: 1, destination: destinationOf(node.label) }));
  return others === null ? nodes : [...nodes, others];
}

function linksOf(
  parts: readonly Part[],
  leftOf: (label: string) => number,
  rightOf: (label: string) => number,
): FlowLink[] {
  const links = new Map<string, FlowLink>();
  for (const { share, to, place, weight } of parts) {
    const from = leftOf(share.who);
    const target = rightOf(place);
    const key = `${from} ${target}`;
    const sum = links.get(key);
    links.set(key, {
      from,
      to: target,
      weight: (sum?.weight ?? 0) + weight,
      connections: (sum?.connections ?? 0) + share.connections,
      bytesSent: (sum?.bytesSent ?? 0) + share.bytesSent,
      bytesReceived: (sum?.bytesReceived ?? 0) + share.bytesReceived,
      isNew: (sum?.isNew ?? false) || share.isNew,
      isRefused: (sum?.isRefused ?? true) && to.verdict === 'blocked',
    });
  }
  return [...links.values()].sort(
    compareBy(
      (link) => link.from,
      (link) => link.to,
    ),
  );
}
