import type { Actor, ActorId } from '../../model/actor.js';
import { UNATTRIBUTED } from '../../model/attribution.js';
import type { HeardClaim } from '../../model/claim.js';
import { lockPackage } from '../../model/lock-package.js';
import type { Transport } from '../../model/transport.js';
import { type ClaimedConnection, type ClaimedStack, createClaimReader } from './heard.js';
import { createStackReader, type StackSetting } from './stack-reader.js';

/** A flow, as the kernel tells it. */
export interface ProcessFlow {
  readonly actorId: ActorId;
  readonly transport: Transport;
  readonly localPort: number;
  /** Canonical. */
  readonly address: string;
  readonly port: number;
  /** When it was called for, in milliseconds since the run's start. */
  readonly at: number;
}

/**
 * Whose code stands behind what a process does, by what its hook has claimed by now: the same names, in the lock's words,
 * as `attributeStacks` gives once the run has ended.
 */
export interface Insiders {
  /** Takes in what has been seen and heard since: both lists are all of the run's by now. */
  update(actors: readonly Actor[], claims: readonly HeardClaim[]): void;
  /** Those who have asked for the name; empty where nobody is known to have. */
  ofLookUp(actorId: ActorId, name: string): readonly string[];
  /**
   * All who have used the flow; the process itself where nothing is claimed of it, and for whoever is not known. Null
   * where it is claimed, and no code of the program's was on the stack: who has it made may still come to use it.
   */
  ofFlow(flow: ProcessFlow): readonly string[] | null;
}

/** Stacks that are read of one flow or name: who has more is not looked at any closer, and is the process itself. */
const MOST_STACKS = 4096;

/** @param baseOf What a process is called where no package inside of it is known */
export function createInsiders(setting: StackSetting, baseOf: (actorId: ActorId) => string): Insiders {
  const reader = createClaimReader();
  const { heard } = reader;
  const stacks = createStackReader(setting);
  const known = new Map<ActorId, Actor>();
  const flows = new Map<string, ClaimedConnection[]>();
  const newActors = newOf<Actor>();
  const newClaims = newOf<HeardClaim>();
  const newConnections = newOf<ClaimedConnection>();
  const newDatagrams = newOf<ClaimedConnection>();

  const namesIn = (actorId: ActorId, claimed: ReadonlySet<ClaimedStack>): readonly string[] => {
    if (claimed.size === 0) return [];
    const base = baseOf(actorId);
    if (claimed.size > MOST_STACKS) return [base];
    const { stacks: read, isUnknown } = stacks.read(claimed);
    const names = read.map(({ roles }) => roles.cause?.name ?? base);
    return isUnknown ? [...names, base] : names;
  };
  /** What a process with a hook does unseen by it is not done in JavaScript. */
  const unclaimed = (actor: Actor): string =>
    heard.saidHello(actor.id) && heard.forged === 0 ? lockPackage(UNATTRIBUTED, actor) : baseOf(actor.id);
  return {
    update: (actors, claims) => {
      for (const actor of newActors(actors)) {
        known.set(actor.id, actor);
        reader.add(actor);
      }
      for (const claim of newClaims(claims)) reader.hear(claim);
      // A port is used again: a connection has one beginning, and the last one counts.
      for (const claim of newConnections(heard.connections)) flows.set(keyOf('tcp', claim), [claim]);
      // Datagrams of one flow may have several senders.
      for (const claim of newDatagrams(heard.datagrams)) {
        const key = keyOf('udp', claim);
        const before = flows.get(key);
        if (before === undefined) flows.set(key, [claim]);
        else if (before.length <= MOST_STACKS) before.push(claim);
      }
    },
    ofLookUp: (actorId, name) => {
      const actor = known.get(actorId);
      return actor === undefined ? [] : namesIn(actorId, heard.lookups(actor.pid, name));
    },
    ofFlow: (flow) => {
      const actor = known.get(flow.actorId);
      if (actor === undefined) return [baseOf(flow.actorId)];
      const found = flows.get(keyOf(flow.transport, flow));
      // What was claimed before its call was another's with the same port; what datagrams go on one is told once.
      const isOther = flow.transport === 'tcp' && found?.some(({ at }) => at < flow.at);
      if (found === undefined || isOther === true) return [unclaimed(actor)];
      if (found.length > MOST_STACKS) return [baseOf(actor.id)];
      const names = new Set(found.flatMap(({ stacks: claimed }) => namesIn(actor.id, claimed)));
      return names.size === 0 ? null : [...names];
    },
  };
}

/** Returns what has come to a list that grows since it was last asked. */
function newOf<T>(): (list: readonly T[]) => readonly T[] {
  let taken = 0;
  return (list) => {
    const fresh = taken === list.length ? [] : list.slice(taken);
    taken = list.length;
    return fresh;
  };
}

function keyOf(
  transport: Transport,
  { actorId, localPort, address, port }: Pick<ProcessFlow, 'actorId' | 'localPort' | 'address' | 'port'>,
): string {
  return `${actorId} ${transport} ${localPort} ${address} ${port}`;
}
