import { attributeActors } from '../attribution/attribute.js';
import type { ScriptParser } from '../attribution/bundles/parser.js';
import { groupDestinations } from '../attribution/destinations.js';
import { FILES_ON_DISK } from '../attribution/file-reader.js';
import { attributeStacks } from '../attribution/stacks/attribute-stacks.js';
import type { RoleNames } from '../attribution/stacks/roles.js';
import type { PromisedFiles, TreeReader } from '../attribution/tree.js';
import type { Actor } from '../model/actor.js';
import type { Attribution } from '../model/attribution.js';
import type { HeardClaims } from '../model/claim.js';
import type { EgressEvent } from '../model/event.js';
import type { Lock } from '../model/lock.js';
import type { DependencyTree } from '../model/package.js';
import type { RunRecord } from '../model/record.js';
import type { Capture, CaptureReason, Run } from '../model/run.js';
import { checkRun } from '../policy/check.js';
import type { DetectionContext } from '../policy/detectors/context.js';
import { wholeTree } from './whole-tree.js';

/** What a run has seen, before anything was made of it. */
export interface Sightings {
  readonly run: Run;
  readonly actors: readonly Actor[];
  readonly events: readonly EgressEvent[];
  /** Why the capture is not complete; empty where it is. */
  readonly reasons: readonly CaptureReason[];
  readonly survivors: readonly string[];
  /** What the project promised before the command started; null where it has no package.json. */
  readonly promised: PromisedFiles | null;
  readonly trees: TreeReader;
  readonly parse: ScriptParser;
  /** By which names a stack is read. */
  readonly names: RoleNames;
  /** What node processes said of themselves; null where they were not asked. */
  readonly heard: HeardClaims | null;
}

/** Makes a record of what was seen: attributions, destinations, verdict, and findings against the lock. */
export async function concludeRun(
  sightings: Sightings,
  lock: Lock | null,
  context: DetectionContext = {},
): Promise<RunRecord> {
  const { run, actors, events } = sightings;
  const tree = await treeOf(sightings);
  const all = attributeActors({ actors, projectRoot: run.project, tree });
  const active = new Set(events.map((event) => event.actorId));
  const attributions = new Map(
    [...all].filter(([id, { contradictions }]) => active.has(id) || contradictions.length > 0),
  );
  const said =
    sightings.heard === null
      ? null
      : attributeStacks({
          heard: sightings.heard,
          events,
          actors,
          attributions,
          projectRoot: run.project,
          tree,
          names: sightings.names,
          parse: sightings.parse,
          files: FILES_ON_DISK,
          startedAt: Date.parse(run.startedAt),
        });
  const unattributed = events.filter((event) => event.actorId === null).length;
  const reasons: CaptureReason[] = [...sightings.reasons];
  if (unattributed > 0) {
    reasons.push({
      code: 'unattributed-events',
      message: `${unattributed} events could not be tied to a process`,
    });
  }
  const count = (kind: EgressEvent['kind']): number => events.filter((event) => event.kind === kind).length;
  const capture: Capture = {
    verdict: reasons.length === 0 ? 'complete' : 'partial',
    backend: 'namespaces',
    reasons,
    counts: {
      dnsQueries: count('dns'),
      connections: count('connection'),
      datagramFlows: count('datagram'),
      denied: count('denied'),
      execs: actors.length,
      unattributed,
    },
    survivors: sightings.survivors,
    hook: said?.hook ?? null,
  };
  const stacks = said?.stacks ?? new Map<number, readonly Attribution[]>();
  const destinations = groupDestinations(events, attributions, actors, stacks, said?.hosts ?? new Map());
  const record: RunRecord = {
    run,
    capture,
    actors,
    events,
    attributions,
    stacks,
    destinations,
    findings: [],
  };
  return { ...record, findings: checkRun(record, lock, context) };
}

/** Reading trees takes a while, so they are read only where some process may belong to a package. */
async function treeOf({ run, actors, promised, trees, heard }: Sightings): Promise<DependencyTree | null> {
  const isHooked = heard !== null && heard.claims.length > 0;
  if (!isHooked && !actors.some((actor) => actor.manifest !== null)) return null;
  return wholeTree({ projectRoot: run.project, promised, trees });
}
