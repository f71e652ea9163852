export const MODES = ['observe', 'enforce', 'sinkhole'] as const;
export type Mode = (typeof MODES)[number];

/** Verdict of a capture. `none`: nothing could be captured at all. */
export type CaptureVerdict = 'complete' | 'partial' | 'none';

/** One wrapped command. */
export interface Run {
  /** Sortable and unique: UTC time to the millisecond and random hex, `20260102T030405678-9abcdef0`. */
  readonly id: string;
  readonly command: readonly string[];
  readonly phase: string;
  readonly mode: Mode;
  /** Real path of the project's root. */
  readonly project: string;
  /** The command's own exit code, 128 + n for signal n; null where the run was killed. */
  readonly exitCode: number | null;
  /** ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
  readonly durationMs: number | null;
}

/** Why a capture is not complete, or something that its reader must know. */
export interface CaptureReason {
  /** Closed list of codes; `message` says it to a person. */
  readonly code:
    | 'canary-failed'
    | 'gateway-lost'
    | 'supervisor-lost'
    | 'witness-lost'
    | 'resolver-lost'
    | 'witness-mismatch'
    | 'unattributed-events'
    | 'journal-failed'
    | 'killed'
    | 'limit-reached';
  readonly message: string;
}

export interface Capture {
  readonly verdict: CaptureVerdict;
  readonly backend: 'namespaces' | 'fallback' | 'import';
  readonly reasons: readonly CaptureReason[];
  readonly counts: {
    readonly dnsQueries: number;
    readonly connections: number;
    readonly datagramFlows: number;
    readonly denied: number;
    readonly execs: number;
    readonly unattributed: number;
  };
  /** Processes that still lived when the command had ended, and were killed: argv joined by blanks. */
  readonly survivors: readonly string[];
}
