import type { Actor, ActorId } from '../../model/actor.js';

/** Whose word a claim of a process's image is. */
export interface ImageOwner {
  readonly actorId: ActorId;
  /** False where something else of the process may have spoken in the hook's place: it is believed nothing. */
  readonly isTrusted: boolean;
  /** When the process became another image by its next exec, in milliseconds since the run's start; as known by now. */
  readonly until: number;
}

/** The images of a run's processes: while the run goes on, or afterwards. */
export interface Images {
  /** Takes in an exec; those of one process come in their order. */
  add(actor: Actor): void;
  /** The exec that made an image, among those that preload the hook; null where none did. */
  ownerOf(pid: number, image: string): ImageOwner | null;
}

/** Two execs of one process with the same image (address randomisation off) can't be told apart, and are not trusted. */
export function createImages(): Images {
  const owners = new Map<string, ImageOwner & { until: number }>();
  /** What each process is now; `key` is null where that has no hook. */
  const latest = new Map<number, string | null>();
  return {
    add: ({ id, pid, startedAt, preload }) => {
      const before = owners.get(latest.get(pid) ?? '');
      if (before !== undefined) before.until = startedAt;
      const key = preload === null ? null : `${pid} ${preload.image}`;
      latest.set(pid, key);
      if (key === null || preload === null) return;
      const isTrusted = preload.isFirst && !owners.has(key);
      owners.set(key, { actorId: id, isTrusted, until: Number.POSITIVE_INFINITY });
    },
    ownerOf: (pid, image) => owners.get(`${pid} ${image}`) ?? null,
  };
}
