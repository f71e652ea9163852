import type { ScriptParser } from '../attribution/bundles/parser.js';
import { FILES_ON_DISK } from '../attribution/file-reader.js';
import type { Speakers } from '../attribution/speakers.js';
import type { Insiders } from '../attribution/stacks/insiders.js';
import type { Actor, ActorId } from '../model/actor.js';
import type { HeardClaim } from '../model/claim.js';
import type { DependencyTree } from '../model/package.js';
import type { Conclusion } from './conclusion.js';
import type { Inside } from './narrowing.js';

export interface InsideOptions {
  /** Asked when somebody is asked about for the first time. */
  readonly conclusion: () => Pick<Conclusion, 'createInsiders' | 'names'>;
  /** Real path. */
  readonly projectRoot: string;
  readonly tree: DependencyTree | null;
  readonly parse: ScriptParser;
  readonly speakers: Speakers;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Takes in what hooks have told by now, and returns all of it: a list that grows. */
  readonly listen: () => readonly HeardClaim[];
  /** Whether hooks have told more than is in the list: from then on a process is known as itself. */
  readonly isFull: () => boolean;
  /** Takes in what the supervisor has announced by now, and returns all execs: a list that grows. */
  readonly execs: () => readonly Actor[];
}

/**
 * Asks who within a process does something. A hook tells before the bytes leave of which it tells, and an exec is
 * announced before its image tells anything: what is asked about has been told by the time at which it is seen here.
 */
export function createInside(options: InsideOptions): Inside {
  const { conclusion, speakers, listen, execs } = options;
  let made: Insiders | null = null;
  const insiders = (): Insiders => {
    if (made === null) {
      const { createInsiders, names } = conclusion();
      made = createInsiders({ ...options, names, files: FILES_ON_DISK }, (actorId) =>
        speakers.baseOf(actorId),
      );
    }
    const claims = listen();
    made.update(execs(), claims);
    return made;
  };
  const itself = (actorId: ActorId): string => speakers.baseOf(actorId);
  return {
    lookUp: (actorId, name) => {
      const names = insiders().ofLookUp(actorId, name);
      return options.isFull() ? [itself(actorId)] : names;
    },
    flow: ({ actorId, transport, localPort, address, port, at }) => {
      if (actorId === null || localPort === null) return null;
      const names = insiders().ofFlow({ actorId, transport, localPort, address, port, at });
      return options.isFull() ? [itself(actorId)] : names;
    },
    itself,
  };
}
