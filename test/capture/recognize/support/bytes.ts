import {
  createFirstBytes,
  type Direction,
  type Recognition,
} from '../../../../src/capture/recognize/first-bytes.js';
import { needMore, type Parsed } from '../../../../src/capture/recognize/parsed.js';

/** Bytes of a text with one character each. */
export function ascii(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

export function hex(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}

export const UNKNOWN: Recognition = {
  protocol: 'unknown',
  sni: null,
  alpn: [],
  ech: false,
  httpHost: null,
  tunnel: null,
};

export type Step = readonly [Direction, Uint8Array];

/** The first result of `push`, or null, and what `end` says. */
export function play(steps: readonly Step[]): { pushed: Recognition | null; ended: Recognition } {
  const flow = createFirstBytes();
  let pushed: Recognition | null = null;
  for (const [direction, chunk] of steps) pushed ??= flow.push(direction, chunk);
  return { pushed, ended: flow.end() };
}

/** The same bytes in the same order, one at a time. */
export function singly(steps: readonly Step[]): Step[] {
  return steps.flatMap(([direction, chunk]) =>
    [...chunk].map((byte): Step => [direction, Uint8Array.of(byte)]),
  );
}

/** The states of a parser at each prefix, up to the first final one; then that one must hold to the end. */
export function states(parse: (bytes: Uint8Array) => Parsed<unknown>, bytes: Uint8Array): string[] {
  const seen: string[] = [];
  let last: Parsed<unknown> = needMore();
  for (let length = 0; length <= bytes.length; length += 1) {
    const now = parse(bytes.subarray(0, length));
    if (last.state !== 'need-more' && JSON.stringify(now) !== JSON.stringify(last)) {
      throw new Error(
        `a final result changed at ${length}: ${JSON.stringify(last)} to ${JSON.stringify(now)}`,
      );
    }
    if (now.state !== last.state || length === 0) seen.push(now.state);
    last = now;
  }
  return seen;
}
