import type { Protocol } from './transport.js';

/**
 * One accepted row of `egress.lock.json`; the key is all five fields.
 * Versions are not in it, so an upgrade that talks to the same places changes nothing.
 */
export interface LockRow {
  /** Package name; `(npm)` in parentheses for a package manager's own traffic; `(process) curl` where no package is known. */
  readonly package: string;
  readonly phase: string;
  readonly host: string;
  /** Null for a name that is only looked up. */
  readonly port: number | null;
  readonly protocol: Protocol;
}

export const LOCK_VERSION = 1;

/** The accepted rows, sorted by package, phase, host, port, protocol. */
export interface Lock {
  readonly lockVersion: typeof LOCK_VERSION;
  readonly rows: readonly LockRow[];
}
