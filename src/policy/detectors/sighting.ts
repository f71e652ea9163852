import type { Finding } from '../../model/finding.js';
import type { Grade } from './severities.js';

/** What one detector says, before severities are set and sightings of one cause are made one finding. */
export interface Sighting extends Omit<Finding, 'severity' | 'also'> {
  /** How grave it is, or how sure, within its rule. */
  readonly grade: Grade;
  /**
   * Keys of the visits that it explains (see `visitKey`); empty where it is about the run or the lock, and stands for
   * itself.
   */
  readonly covers: readonly string[];
  /**
   * What it says where others tell of some of its visits, by the keys of those that are left. Absent where its text stays
   * true: a pattern is one of names, and a single visit is all or nothing.
   */
  readonly narrowed?: (kept: ReadonlySet<string>) => Pick<Finding, 'destination' | 'message'>;
  /** Of what was refused, which the finding says whatever its rule is: by which rule, and how to allow it. */
  readonly refusal?: Refusal;
}

export interface Refusal {
  /** "refused by `egresslock.config.yaml, rule 3`" */
  readonly reason: string;
  readonly help: string;
}

/** Key of a destination and of whoever went there, both as a finding names them. */
export function visitKey(destination: string, who: string): string {
  return `${destination}\0${who}`;
}
