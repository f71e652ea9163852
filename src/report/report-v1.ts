import type { Contradiction, Evidence, StackRoles } from '../model/attribution.js';
import type { Destination } from '../model/destination.js';
import type { DnsEvent, RequestEvent, Verdict } from '../model/event.js';
import type { Finding } from '../model/finding.js';
import type { PackageIdentity } from '../model/package.js';
import type { Capture, Run } from '../model/run.js';

/** The public JSON report, as `schema/report.schema.json` says it; fields are only ever added within a version. */
export interface ReportV1 {
  readonly schemaVersion: 1;
  readonly run: Omit<Run, 'project'>;
  readonly capture: Omit<Capture, 'hook'> & {
    readonly hook?: Omit<NonNullable<Capture['hook']>, 'silent' | 'exposed' | 'forged'>;
  };
  /** Sorted by host, port, transport, protocol. */
  readonly destinations: readonly ReportDestination[];
  /** Sorted; equal queries with equal outcomes are one entry. */
  readonly dns: readonly ReportQuery[];
  /** Sorted; equal attempts are one entry. */
  readonly denied: readonly ReportDenied[];
  /** In mode `sinkhole`: the requests that were answered in the destinations' place, in the order in which they came. */
  readonly requests?: readonly ReportRequest[];
  /** Most severe first. */
  readonly findings: readonly Finding[];
}

export interface ReportAttribution {
  readonly package: PackageIdentity | null;
  readonly lifecycle: string | null;
  readonly evidence: Evidence;
  readonly why: readonly (readonly string[])[];
  /** Null where no exec record could be tied to the event. `cwd` is below the project's root, absolute outside of it. */
  readonly actor: { readonly argv: readonly string[]; readonly cwd: string } | null;
  readonly manager: string | null;
  readonly script: string | null;
  readonly contradictions: readonly Contradiction[];
  /** Where the code inside a node process is known. */
  readonly stack?: StackRoles;
}

export interface ReportDestination extends Omit<Destination, 'attributions'> {
  readonly attributions: readonly ReportAttribution[];
}

export interface ReportQuery
  extends Pick<
    DnsEvent,
    | 'name'
    | 'type'
    | 'transport'
    | 'rcode'
    | 'answers'
    | 'meant'
    | 'server'
    | 'port'
    | 'ownResolver'
    | 'failure'
    | 'cnames'
  > {
  readonly attributions: readonly ReportAttribution[];
  readonly verdict: Verdict;
  /** How often it was asked with this outcome. */
  readonly queries: number;
}

export interface ReportRequest
  extends Pick<
    RequestEvent,
    'host' | 'port' | 'protocol' | 'method' | 'path' | 'status' | 'headers' | 'bodyBytes' | 'body'
  > {
  readonly attributions: readonly ReportAttribution[];
}

export interface ReportDenied {
  readonly what: string;
  readonly address: string | null;
  readonly port: number | null;
  readonly attempts: number;
  readonly attributions: readonly ReportAttribution[];
}
