import type { Protocol } from '../../model/transport.js';

/**
 * What a parser says about the bytes so far. `done` and `no-match` are final: more bytes after the same
 * beginning never change them, which is why delivery byte by byte gives the same result as one chunk.
 */
export type Parsed<T> = NeedMore | NoMatch | Done<T>;

export interface NeedMore {
  readonly state: 'need-more';
  /** The protocol that the bytes prove already, should no more come; null where they prove none. */
  readonly proven: Protocol | null;
}

export interface NoMatch {
  readonly state: 'no-match';
}

export interface Done<T> {
  readonly state: 'done';
  readonly value: T;
}

export const NO_MATCH: NoMatch = { state: 'no-match' };

export function needMore(proven: Protocol | null = null): NeedMore {
  return { state: 'need-more', proven };
}

export function done<T>(value: T): Done<T> {
  return { state: 'done', value };
}
