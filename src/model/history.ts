import type { Protocol } from './transport.js';

/** A destination of an earlier run, as far as later runs are held against it. */
export interface PastDestination {
  readonly host: string;
  /** Null for a name that was only looked up. */
  readonly port: number | null;
  readonly protocol: Protocol;
  /** Names of packages, and package managers in the lock's words, sorted; processes without a package are left out. */
  readonly packages: readonly string[];
  readonly addresses: readonly string[];
  /** Bytes of payload that left the sandbox in that run. */
  readonly bytesSent: number;
}

/** An earlier run of the project. */
export interface PastRun {
  readonly id: string;
  readonly phase: string;
  readonly destinations: readonly PastDestination[];
}

/** Earlier runs of one project that were concluded, newest first, the run in question not among them. */
export type History = readonly PastRun[];
