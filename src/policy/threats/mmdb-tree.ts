import type { Address, Prefix } from '../address.js';
import { ConfigError } from '../config/config-error.js';

/** The shape of a search tree (MaxMind DB File Format Specification 2.0, "Database Metadata"). */
export interface TreeShape {
  readonly nodeCount: number;
  /** Bits of one of the two records of a node. */
  readonly recordSize: number;
  readonly ipVersion: number;
}

/** A range of addresses and the number of the record that the database keeps for it. */
export interface TreeRange extends Prefix {
  readonly record: number;
}

type Path = readonly [number, number, number, number];

interface Step {
  /** Number of a node below `nodeCount`, that of a record above it, nothing where it is equal. */
  readonly record: number;
  readonly path: Path;
  readonly depth: number;
}

const START: Path = [0, 0, 0, 0];
/** In a tree for IPv6, IPv4 addresses lie below 96 zeros. */
const IPV4_DEPTH = 96;

/** All ranges of a tree that have a record. @throws ConfigError where the tree is none */
export function* walkTree(database: Buffer, shape: TreeShape): Generator<TreeRange> {
  const { nodeCount, recordSize, ipVersion } = shape;
  const read = recordReader(database, recordSize);
  const bits = ipVersion === 6 ? 128 : 32;
  if (
    !(nodeCount > 0) ||
    nodeCount * (recordSize / 4) > database.length ||
    !(ipVersion === 4 || ipVersion === 6)
  ) {
    throw new ConfigError('bad-value', `expected a search tree of ${nodeCount} nodes, got another`);
  }
  let ipv4 = 0;
  for (let depth = 0; bits === 128 && depth < IPV4_DEPTH && ipv4 < nodeCount; depth += 1)
    ipv4 = read(ipv4, 0);
  let visits = 0;
  // What is yet to be looked at; the lowest address is on top.
  const pending: Step[] = [{ record: 0, path: START, depth: 0 }];
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    const { record, path, depth } = step;
    if (record > nodeCount) yield { record, ...prefixOf(path, depth, bits) };
    // Other places of the tree lead to IPv4 as well (6to4, Teredo, mapped): those addresses are IPv4's own.
    const isAlias = bits === 128 && record === ipv4 && path.some((word) => word !== 0);
    if (record >= nodeCount || isAlias) continue;
    visits += 1;
    // A tree has each of its nodes once; one that leads back to itself, or grows together again, would not end.
    if (visits > nodeCount || depth >= bits) {
      throw new ConfigError('bad-value', 'expected a search tree, got one that leads to a node twice');
    }
    pending.push({ record: read(record, 1), path: withBit(path, depth), depth: depth + 1 });
    pending.push({ record: read(record, 0), path, depth: depth + 1 });
  }
}

/** Reads the left (0) or right (1) record of a node. */
function recordReader(database: Buffer, size: number): (node: number, side: 0 | 1) => number {
  switch (size) {
    case 24:
      return (node, side) => database.readUIntBE(node * 6 + side * 3, 3);
    case 28:
      return (node, side) => {
        // The middle byte holds the upper four bits of both.
        const middle = database.readUInt8(node * 7 + 3);
        const high = side === 0 ? middle >>> 4 : middle & 15;
        return high * 0x1000000 + database.readUIntBE(node * 7 + side * 4, 3);
      };
    case 32:
      return (node, side) => database.readUInt32BE(node * 8 + side * 4);
    default:
      throw new ConfigError('bad-value', `expected records of 24, 28 or 32 bits, got ${size}`);
  }
}

function withBit([a, b, c, d]: Path, depth: number): Path {
  const bit = 2 ** (31 - (depth % 32));
  switch (depth >>> 5) {
    case 0:
      return [a + bit, b, c, d];
    case 1:
      return [a, b + bit, c, d];
    case 2:
      return [a, b, c + bit, d];
    default:
      return [a, b, c, d + bit];
  }
}

function prefixOf(path: Path, length: number, bits: 32 | 128): Prefix {
  if (bits === 32) return { address: [path[0]], length };
  const isIPv4 = length >= IPV4_DEPTH && path[0] === 0 && path[1] === 0 && path[2] === 0;
  const address: Address = isIPv4 ? [path[3]] : path;
  return { address, length: isIPv4 ? length - IPV4_DEPTH : length };
}
