/** What a row of the table says that is seen, in the table's own letters. */
export type Sign = 'ND' | 'IP' | 'DT' | 'DGA' | 'TLD' | 'MD' | 'AD' | 'NP' | 'PM' | 'RS';

/** A published incident, and what its re-enactment must raise. */
export interface Incident {
  /** Name of its package. */
  readonly slug: string;
  /** What it was, and when. */
  readonly incident: string;
  readonly runsAt: string;
  readonly phase: 'install' | 'test';
  readonly signs: readonly Sign[];
  /** The version that acts, where it is not 1.0.1. */
  readonly version?: string;
  /** Package that must be named, where it is another than the incident's own. */
  readonly culprit?: string;
  /** Variables that the run has when it acts. */
  readonly env?: NodeJS.ProcessEnv;
  /** The project's test, where it does more than to call the package. */
  readonly test?: string;
  /** True where it acts two days after its installation. */
  readonly isDelayed?: boolean;
  /** Lifecycle event of the install that the report must name. */
  readonly lifecycle?: string;
  /** Findings without a lock, as `findingLine` writes them, sorted. */
  readonly unlocked: readonly string[];
  /** Findings against the honest lock. */
  readonly observed: readonly string[];
  /** Against the honest lock in enforce mode. */
  readonly enforced: readonly string[];
}
