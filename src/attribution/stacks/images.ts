import type { Actor, ActorId } from '../../model/actor.js';

/** Whose word a claim of a process's image is. */
export interface ImageOwner {
  readonly actorId: ActorId;
  /** False where something else of the process may have spoken in the hook's place: it is believed nothing. */
  readonly isTrusted: boolean;
  /** When the process became another image by its next exec, in milliseconds since the run's start. */
  readonly until: number;
}

/** Finds the exec that made an image, among those that preload the hook; null where none did. */
export type FindOwner = (pid: number, image: string) => ImageOwner | null;

/** Two execs of one process with the same image (address randomisation off) can't be told apart, and are not trusted. */
export function findOwners(actors: readonly Actor[]): FindOwner {
  const owners = new Map<string, ImageOwner>();
  const ends = endsOf(actors);
  for (const { id, pid, preload } of actors) {
    if (preload === null) continue;
    const key = `${pid} ${preload.image}`;
    const until = ends.get(id) ?? Number.POSITIVE_INFINITY;
    owners.set(key, { actorId: id, isTrusted: preload.isFirst && !owners.has(key), until });
  }
  return (pid, image) => owners.get(`${pid} ${image}`) ?? null;
}

/** Actor → when the same process became another one by its next exec; the last ones of processes are not there. */
function endsOf(actors: readonly Actor[]): Map<ActorId, number> {
  const ends = new Map<ActorId, number>();
  const last = new Map<number, ActorId>();
  for (const { id, pid, startedAt } of actors) {
    const before = last.get(pid);
    if (before !== undefined) ends.set(before, startedAt);
    last.set(pid, id);
  }
  return ends;
}
