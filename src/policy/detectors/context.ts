import type { RuleId, Severity } from '../../model/finding.js';
import type { History } from '../../model/history.js';
import type { Lock } from '../../model/lock.js';
import type { Budget, PolicyRule } from '../../model/policy.js';
import type { RunRecord } from '../../model/record.js';
import type { KnownPlaces } from '../known-places.js';
import type { OwnRules } from '../own-rules.js';

/** Why a host is on a threat list. */
export interface Threat {
  /** The list, for a person: `profile threats/paste-sites`. */
  readonly origin: string;
  /** What the list says of it; null where it says no more. */
  readonly note: string | null;
}

/** All threat lists that are in force. */
export interface ThreatIndex {
  /** @param host Canonical name or address */
  lookup(host: string): Threat | null;
}

/** What detectors may know beside the run and the lock; each absence leaves out what can't be said without it. */
export interface DetectionContext {
  readonly threats?: ThreatIndex;
  readonly history?: History;
  /** What is known of places; nothing is known of them where absent. */
  readonly places?: KnownPlaces;
  /** Hosts that others like to be mistaken for; the reviewed list where absent. */
  readonly popular?: readonly string[];
  /** What the rules say of a place, and which of it is the user's own word; nothing where absent. */
  readonly own?: OwnRules;
  /** Bytes that may leave, which are looked at where none were cut. */
  readonly budgets?: readonly Budget[];
  /** The rules that were in force, so that events which an alert rule let pass are known by the rule's origin. */
  readonly rules?: readonly PolicyRule[];
  /** Takes the place of a rule's default severity. */
  readonly severities?: Readonly<Partial<Record<RuleId, Severity>>>;
}

export interface DetectionInput extends DetectionContext {
  readonly record: RunRecord;
  /** Null where the project has none yet: nothing is new then. */
  readonly lock: Lock | null;
}
