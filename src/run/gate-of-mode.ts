import type { Gate } from '../capture/gate.js';
import type { ActorId } from '../model/actor.js';
import { MANAGERS } from '../model/lifecycle.js';
import type { Speaker } from '../model/policy.js';
import { createGate } from './gate.js';
import type { HostFacts } from './host-facts.js';
import type { Inside } from './narrowing.js';
import type { RunOptions } from './run.js';

/** What is asked before anything leaves; null where nothing is blocked. */
export function gateOfMode(
  { mode, phase, guard, sinkhole }: RunOptions,
  facts: HostFacts,
  speakerOf: (actorId: ActorId | null) => Speaker,
  inside: Inside | null,
): Gate | null {
  switch (mode) {
    case 'observe':
      return null;
    case 'enforce':
      return createGate({ ...guard, phase, speakerOf, inside });
    case 'sinkhole':
      if (sinkhole === null) throw new Error('expected what mode sinkhole needs');
      return sinkhole.gate(facts, (actorId) => isManager(speakerOf(actorId)));
  }
}

/** Whether a process is a package manager's own, in the lock's words. */
function isManager(speaker: Speaker): boolean {
  return speaker.kind === 'one' && MANAGERS.some((manager) => speaker.name === `(${manager})`);
}
