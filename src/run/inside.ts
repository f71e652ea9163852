import type { ScriptParser } from '../attribution/bundles/parser.js';
import { FILES_ON_DISK } from '../attribution/file-reader.js';
import type { Speakers } from '../attribution/speakers.js';
import type { Insiders } from '../attribution/stacks/insiders.js';
import type { Actor } from '../model/actor.js';
import type { HeardClaim } from '../model/claim.js';
import type { Conclusion } from './conclusion.js';
import type { Inside } from './narrowing.js';
import type { WholeTreeInput } from './whole-tree.js';

export interface InsideOptions extends WholeTreeInput {
  readonly conclusion: Pick<Conclusion, 'createInsiders' | 'wholeTree' | 'names'>;
  readonly parse: ScriptParser;
  readonly speakers: Speakers;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Takes in what hooks have told by now, and returns all of it: a list that grows. */
  readonly listen: () => readonly HeardClaim[];
  /** Takes in what the supervisor has announced by now, and returns all execs: a list that grows. */
  readonly execs: () => readonly Actor[];
}

/**
 * Asks who within a process does something. A hook tells before the bytes leave of which it tells, and an exec is
 * announced before its image tells anything: what is asked about has been told by the time at which it is seen here.
 */
export async function createInside(options: InsideOptions): Promise<Inside> {
  const { conclusion, parse, speakers, startedAt, projectRoot, listen, execs } = options;
  const tree = await conclusion.wholeTree(options);
  const setting = { projectRoot, tree, names: conclusion.names, parse, files: FILES_ON_DISK, startedAt };
  const insiders: Insiders = conclusion.createInsiders(setting, (actorId) => speakers.baseOf(actorId));
  const update = (): void => {
    const claims = listen();
    insiders.update(execs(), claims);
  };
  return {
    lookUp: (actorId, name) => {
      update();
      return insiders.ofLookUp(actorId, name);
    },
    flow: ({ actorId, transport, localPort, address, port }) => {
      if (actorId === null || localPort === null) return null;
      update();
      return insiders.ofFlow({ actorId, transport, localPort, address, port });
    },
  };
}
