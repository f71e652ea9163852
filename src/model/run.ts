import type { ActorId } from './actor.js';

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
    | 'limit-reached'
    /** An imported capture lacks packets, or parts of them. */
    | 'file-incomplete'
    /** Something in an imported capture that is not looked at; it takes nothing away from the rest. */
    | 'file-remark';
  readonly message: string;
}

/** How the preload hook fared, and what is wrong with what it claimed. */
export interface HookOutcome {
  /** Claims that were heard. */
  readonly claims: number;
  /** Claims that never came, by the gaps in their numbers. */
  readonly lost: number;
  /** Datagrams on its channel that were no claim. */
  readonly malformed: number;
  /** Claimed flows that the kernel knows nothing of. */
  readonly unmatched: number;
  /** True where the channel was shut in mid-run. */
  readonly isCut: boolean;
  /** Node processes with events of their own from which no hook was heard. */
  readonly silent: readonly ActorId[];
  /** Node processes that were being debugged: others may have spoken in the hook's place. Absent in older runs. */
  readonly exposed?: readonly ActorId[];
  /** Frames that claim a dependency's file without being it. */
  readonly forged: readonly { readonly actorId: ActorId; readonly path: string }[];
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
  /** Null where no hook was loaded. */
  readonly hook: HookOutcome | null;
}
