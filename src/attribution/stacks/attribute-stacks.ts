import type { Actor, ActorId } from '../../model/actor.js';
import { type Attribution, type Evidence, UNATTRIBUTED } from '../../model/attribution.js';
import type { HeardClaims } from '../../model/claim.js';
import type { EgressEvent } from '../../model/event.js';
import { isNode } from '../../model/lifecycle.js';
import type { DependencyTree, PackageIdentity } from '../../model/package.js';
import type { HookOutcome } from '../../model/run.js';
import { whyChains } from '../why.js';
import { readClaims } from './heard.js';
import { joinClaims } from './join.js';
import type { ReadStack } from './roles.js';
import { createStackReader, type ReadSet, type StackSetting } from './stack-reader.js';

export interface StackInput extends StackSetting {
  readonly heard: HeardClaims;
  readonly events: readonly EgressEvent[];
  readonly actors: readonly Actor[];
  /** What the lineage of execs says. */
  readonly attributions: ReadonlyMap<ActorId, Attribution>;
}

export interface StackOutcome {
  /** Event → attributions that take the place of its actor's. */
  readonly stacks: ReadonlyMap<number, readonly Attribution[]>;
  /** Flow → its host, where names share an address and the process said which one it meant. */
  readonly hosts: ReadonlyMap<number, string>;
  readonly hook: HookOutcome;
}

/** Names the packages inside node processes, where the lineage of execs ends at the project itself. */
export function attributeStacks(input: StackInput): StackOutcome {
  const { events, actors, attributions } = input;
  const heard = readClaims(input.heard.claims, actors);
  const joined = joinClaims(events, actors, heard);
  const reader = createStackReader(input);
  const byId = new Map(actors.map((actor) => [actor.id, actor]));
  const forged = new Map<ReadSet, readonly { actorId: ActorId; path: string }[]>();
  const silent = new Set<ActorId>();
  const stacks = new Map<number, readonly Attribution[]>();
  const isWhole = input.heard.lost === 0 && input.heard.malformed + heard.forged === 0 && !input.heard.isCut;
  for (const event of events) {
    const actor = event.actorId === null ? undefined : byId.get(event.actorId);
    const base = event.actorId === null ? undefined : attributions.get(event.actorId);
    if (event.kind === 'denied' || actor === undefined || base === undefined) continue;
    if (!endsAtProject(base)) continue;
    const hasHook = heard.saidHello(actor.id);
    if (!hasHook && isNode(actor.executable)) silent.add(actor.id);
    const claimed = joined.stacks.get(event.id);
    if (claimed === undefined) {
      // What a process with a whole hook did unseen by it was not done in JavaScript.
      if (hasHook && isWhole && event.kind !== 'dns')
        stacks.set(event.id, [{ ...base, package: null, evidence: 'native', why: [] }]);
      continue;
    }
    const found = reader.read(claimed);
    if (!forged.has(found))
      forged.set(
        found,
        found.forged.map((path) => ({ actorId: actor.id, path })),
      );
    const named = found.stacks.map((one) =>
      toAttribution(heard.exposed.has(actor.id) ? { ...one, isProven: false } : one, base, input.tree),
    );
    // Beside those who are known, somebody has used it of whom the process alone is.
    if (found.isUnknown && named.length > 0 && named.every((one) => one.package !== null)) named.push(base);
    // Which of several packages has sent this very query is nobody's word.
    const isGuess = joined.byServer.has(event.id) && named.length > 1;
    if (named.length > 0 && !isGuess) stacks.set(event.id, named);
  }
  const { lost, isCut } = input.heard;
  const malformed = input.heard.malformed + heard.forged;
  return {
    stacks,
    hosts: joined.hosts,
    hook: {
      claims: input.heard.claims.length,
      silent: [...silent],
      exposed: [...heard.exposed],
      forged: distinctForged([...forged.values()].flat()),
      lost,
      malformed,
      unmatched: joined.unmatched,
      isCut,
    },
  };
}

/** A dependency's script and a package manager's process are named already, by what the kernel saw. */
function endsAtProject({ evidence, package: identity }: Attribution): boolean {
  if (evidence === 'process-only') return true;
  return evidence === 'exec-lineage' && identity !== null && !/(^|\/)node_modules\//.test(identity.location);
}

function distinctForged<T extends { actorId: ActorId; path: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [`${one.actorId} ${one.path}`, one])).values()];
}

function toAttribution(
  { roles, clients, isProven }: ReadStack,
  base: Attribution,
  tree: DependencyTree | null,
): Attribution {
  const { cause } = roles;
  const whyOf = ({ location }: PackageIdentity) => (tree === null ? [] : whyChains(tree, location));
  const stack = { ...roles, clients: clients.map((client) => ({ ...client, why: whyOf(client) })) };
  if (cause === null) return { ...base, stack };
  const evidence: Evidence = isProven ? 'stack+hash' : 'stack';
  return {
    ...UNATTRIBUTED,
    actorId: base.actorId,
    package: cause,
    evidence,
    lifecycle: base.lifecycle,
    script: base.script,
    why: whyOf(cause),
    contradictions: base.contradictions,
    stack,
  };
}
