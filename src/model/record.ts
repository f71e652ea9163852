import type { Actor, ActorId } from './actor.js';
import type { Attribution } from './attribution.js';
import type { Destination } from './destination.js';
import type { EgressEvent } from './event.js';
import type { Finding } from './finding.js';
import type { Capture, Run } from './run.js';

/** One whole run as values: what the store keeps, and all that reports, checks and exports need. */
export interface RunRecord {
  readonly run: Run;
  readonly capture: Capture;
  readonly actors: readonly Actor[];
  readonly events: readonly EgressEvent[];
  /** One for each actor that has an event. Events without an actor are `unattributed`. */
  readonly attributions: ReadonlyMap<ActorId, Attribution>;
  /** Event → what the stacks of its process say of it, for events of which they say more than the actor's attribution. */
  readonly stacks: ReadonlyMap<number, readonly Attribution[]>;
  readonly destinations: readonly Destination[];
  readonly findings: readonly Finding[];
}
