import { compareBy } from '../../model/compare.js';
import type { PageData, Share } from './page-data.js';
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
  const weightOf = (share: Share): number =>
    measure === 'bytes' ? share.bytesSent + share.bytesReceived : share.connections;
  const places = new Map<string, Place>();
  const members = shares.flatMap((share) => {
    const to = destinations[share.to];
    if (to === undefined) return [];
    const label = `${placeOf(to)}${to.port === null ? '' : `/${to.protocol}`}`;
    // The same place in several runs is one place here.
    const place = places.get(label) ?? { label, destination: share.to };
    places.set(label, place);
    return [{ share, to, place }];
  });
  const left = sideOf(
    members.map(({ share, to }) => ({ label: share.who, weight: weightOf(share), isNew: to.isNew })),
    'package',
  );
  const right = sideOf(
    members.map(({ share, to, place }) => ({ label: place.label, weight: weightOf(share), isNew: to.isNew })),
    'destination',
  );
  const links = new Map<string, FlowLink>();
  for (const { share, to, place } of members) {
    const from = left.indexOf(share.who);
    const target = right.indexOf(place.label);
    const key = `${from} ${target}`;
    const sum = links.get(key);
    const isRefused = to.verdict === 'blocked';
    links.set(key, {
      from,
      to: target,
      weight: (sum?.weight ?? 0) + weightOf(share),
      connections: (sum?.connections ?? 0) + share.connections,
      bytesSent: (sum?.bytesSent ?? 0) + share.bytesSent,
      bytesReceived: (sum?.bytesReceived ?? 0) + share.bytesReceived,
      isNew: (sum?.isNew ?? false) || to.isNew,
      isRefused: (sum?.isRefused ?? true) && isRefused,
    });
  }
  return {
    left: left.nodes.map((node) => ({ ...node, destination: null })),
    right: right.nodes.map((node) => ({ ...node, destination: places.get(node.label)?.destination ?? null })),
    links: [...links.values()].sort(
      compareBy(
        (link) => link.from,
        (link) => link.to,
      ),
    ),
  };
}

interface Place {
  readonly label: string;
  readonly destination: number;
}

interface Side {
  readonly nodes: readonly Omit<FlowNode, 'destination'>[];
  indexOf(label: string): number;
}

/** What is new comes first and is never among the others while there is room; then by weight. */
function sideOf(
  members: readonly { readonly label: string; readonly weight: number; readonly isNew: boolean }[],
  noun: string,
): Side {
  const sums = new Map<string, { weight: number; isNew: boolean }>();
  for (const { label, weight, isNew } of members) {
    const sum = sums.get(label);
    if (sum === undefined) sums.set(label, { weight, isNew });
    else {
      sum.weight += weight;
      sum.isNew ||= isNew;
    }
  }
  const sorted = [...sums].sort(
    compareBy(
      ([, sum]) => (sum.isNew ? 0 : 1),
      ([, sum]) => -sum.weight,
      ([label]) => label,
    ),
  );
  const shown = sorted.slice(0, sorted.length > MOST_NODES + 1 ? MOST_NODES : sorted.length);
  const rest = sorted.slice(shown.length);
  const nodes = shown.map(([label, sum]) => ({ label, count: 1, ...sum }));
  const others = {
    label: `${rest.length} other ${noun}s`,
    count: rest.length,
    weight: rest.reduce((sum, [, { weight }]) => sum + weight, 0),
    isNew: rest.some(([, { isNew }]) => isNew),
  };
  const indexes = new Map(shown.map(([label], index) => [label, index]));
  return {
    nodes: rest.length === 0 ? nodes : [...nodes, others],
    indexOf: (label) => indexes.get(label) ?? shown.length,
  };
}
