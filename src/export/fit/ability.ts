import type { Protocol } from '../../model/transport.js';

/** What a target can tell apart; all else is a loss that it names. */
export interface Ability {
  /** What people call it: the beginning of a sentence. */
  readonly target: string;
  /** `with-below`: who allows a name allows all names below it. */
  readonly exact: 'exact' | 'with-below';
  /** How it reads a wildcard: `with-apex` covers the name itself, too. */
  readonly below: 'any-depth' | 'one-level' | 'with-apex' | 'no';
  /** Each label of a name must match. */
  readonly label: RegExp;
  readonly addresses: 'ranges' | 'no';
  /** `some`: one port at a time, so a short range is written out. */
  readonly ports: 'ranges' | 'some' | 'no';
  /** What it tells by the bytes of a connection, where it goes by ports at all. */
  readonly protocols: readonly Protocol[];
  /** Whether it decides over look-ups, which names that are never connected to need. */
  readonly lookups: boolean;
}

/** Letters, digits, hyphens and underscores (RFC 8552), as canonical names have them. */
export const ANY_LABEL = /^[a-z0-9_-]+$/;
/** Letters, digits and hyphens. */
export const LDH_LABEL = /^[a-z0-9-]+$/;
/** The same, with a letter or digit at both ends (RFC 1123 §2.1). */
export const RFC1123_LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
