import type { Actor, ActorId } from '../../model/actor.js';

/** Characters of a command line that a message shows. */
const SHOWN = 80;

/** The command line of a process, cut. */
export function commandLine(actors: ReadonlyMap<ActorId, Actor>, id: ActorId): string {
  return actors.get(id)?.argv.join(' ').slice(0, SHOWN) ?? 'an unknown process';
}
