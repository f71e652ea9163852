import { loadSupervisor, type WaitingSupervisor } from '../capture/actors/supervisor.js';
import { type FilteredSpawn, prepareSpawn } from '../sandbox/spawn.js';

/** The two threads of a run: the one that starts the command, and the one that answers its held calls. */
export interface Threads {
  /** @throws SandboxError */
  readonly spawn: Promise<FilteredSpawn>;
  readonly supervisor: WaitingSupervisor;
  /** Ends those that were not begun; harmless else. */
  abandon(): void;
}

/** Starts both; each takes as long as a start of Node itself. */
export function startThreads(): Threads {
  const spawn = prepareSpawn();
  const supervisor = loadSupervisor();
  spawn.catch(() => {});
  return {
    spawn,
    supervisor,
    abandon: () => {
      supervisor.abandon();
      spawn.then(
        (spawned) => spawned.abandon(),
        () => {},
      );
    },
  };
}
