import type { Evidence } from '../../model/attribution.js';
import type { Verdict } from '../../model/event.js';
import type { RuleId, Severity } from '../../model/finding.js';
import type { Capture, Mode } from '../../model/run.js';

/**
 * What the page shows, and what its script is given. Every text has been through `plainText` or `asciiText`; indexes
 * point into the lists of `PageData`.
 */
export interface PageData {
  readonly runs: readonly PageRun[];
  /** Distinct. */
  readonly attributions: readonly PageAttribution[];
  /** By run, then by host, port, transport and protocol. */
  readonly destinations: readonly PageDestination[];
  readonly findings: readonly PageFinding[];
  readonly queries: readonly PageQuery[];
  readonly denied: readonly PageDenied[];
  readonly requests: readonly PageRequest[];
  /** Who had which part in a destination's figures. */
  readonly shares: readonly Share[];
}

export interface PageRun extends Pick<Capture, 'verdict' | 'backend' | 'counts'> {
  readonly id: string;
  readonly command: string;
  readonly phase: string;
  readonly mode: Mode;
  readonly exitCode: number | null;
  /** ISO 8601, UTC, milliseconds. */
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly reasons: readonly string[];
  readonly survivors: readonly string[];
  /** What is wrong with the claims of the preload hook, or that it was not loaded; null where all is well. */
  readonly hook: string | null;
}

export interface PageAttribution {
  /** As `whoText` names it. */
  readonly who: string;
  /** Below the project; null where no package is known. */
  readonly location: string | null;
  readonly evidence: Evidence;
  readonly lifecycle: string | null;
  readonly script: string | null;
  /** Chains of names from the root, shortest first. */
  readonly why: readonly (readonly string[])[];
  readonly command: string | null;
  readonly cwd: string | null;
  readonly contradictions: readonly string[];
  readonly stack: PageStack | null;
}

export interface PageStack {
  readonly sink: string;
  readonly cause: string | null;
  readonly entry: string;
  readonly clients: readonly { readonly who: string; readonly why: readonly (readonly string[])[] }[];
  /** Innermost first. */
  readonly frames: readonly PageFrame[];
}

export interface PageFrame {
  readonly who: string | null;
  /** `path:line:column`. */
  readonly place: string;
  readonly function: string | null;
  readonly bundle: string | null;
  readonly isFile: boolean;
}

export interface PageDestination {
  readonly run: number;
  readonly host: string;
  /** Null for a name that was only looked up. */
  readonly port: number | null;
  /** `tls`, `quic`, `unknown/udp`. */
  readonly protocol: string;
  readonly addresses: readonly string[];
  readonly connections: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly verdict: Verdict;
  readonly failures: readonly string[];
  readonly attributions: readonly number[];
  /** Milliseconds since the run's start; null where no event tells it. */
  readonly firstAt: number | null;
  /** True where the lock has no row for it. */
  readonly isNew: boolean;
  readonly findings: readonly number[];
}

export interface PageFinding {
  readonly run: number;
  readonly rule: RuleId;
  readonly also: readonly RuleId[];
  readonly severity: Severity;
  readonly destination: string | null;
  readonly package: string | null;
  readonly message: string;
  readonly help: string;
  /** What the finding is about, as far as it is a place. */
  readonly destinations: readonly number[];
}

export interface PageQuery {
  readonly run: number;
  readonly name: string;
  readonly type: string;
  readonly transport: string;
  readonly server: string;
  readonly ownResolver: boolean;
  /** `NOERROR`, `NXDOMAIN`, `TIMEOUT`, … */
  readonly outcome: string;
  readonly answers: readonly string[];
  readonly verdict: Verdict;
  readonly queries: number;
  readonly attributions: readonly number[];
}

export interface PageDenied {
  readonly run: number;
  readonly what: string;
  readonly to: string | null;
  readonly attempts: number;
  readonly attributions: readonly number[];
}

export interface PageRequest {
  readonly run: number;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly headers: readonly string[];
  readonly bodyBytes: number;
  readonly body: string | null;
  readonly attributions: readonly number[];
}

export interface Share {
  readonly who: string;
  /** True where the lock does not know that this one goes there. */
  readonly isNew: boolean;
  /** Index of the destination. */
  readonly to: number;
  /** A connection of several packages is divided evenly among them, so this need not be whole. */
  readonly connections: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}
