import type { Actor } from '../../model/actor.js';

/** Actors of one run; a kernel's build has about 100,000. */
export const MAXIMUM_ACTORS = 200_000;
/**
 * Characters of their arguments, folders and variables: a usual actor has some hundreds, a hostile one up to 80,000
 * (`ACTOR_LIMITS`). They are kept by two threads, in two bytes each at worst: a quarter of the heap that Node takes.
 */
export const MAXIMUM_TEXT = 128 * 1024 * 1024;

/** How many actors one run may have, and how much text in them. */
export class ActorBudget {
  #actors = 0;
  #text = 0;
  #isSpent = false;

  /** Whether there may be this actor more. After the first that may not there is none: no gaps in the lineage. */
  take(actor: Actor): boolean {
    const { executable, argv, cwd, environment, manifest } = actor;
    let characters = executable.length + cwd.length + (manifest?.declared?.length ?? 0);
    for (const argument of argv) characters += argument.length;
    for (const name in environment) characters += name.length + (environment[name]?.length ?? 0);
    this.#isSpent ||= this.#actors >= MAXIMUM_ACTORS || this.#text + characters > MAXIMUM_TEXT;
    if (this.#isSpent) return false;
    this.#actors += 1;
    this.#text += characters;
    return true;
  }
}
