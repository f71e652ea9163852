import { commandLine } from './command-line.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';

/** Code that gave itself the name of a dependency's file without being it; one for each file. */
export function forgedFrame({ record: { capture }, actors }: Scene): Sighting[] {
  const byPath = new Map((capture.hook?.forged ?? []).map(({ actorId, path }) => [path, actorId]));
  return [...byPath].map(([path, actorId]) => ({
    rule: 'forged-frame',
    grade: 'high',
    destination: null,
    package: path,
    message: `code in \`${commandLine(actors, actorId)}\` gave itself the name of \`${path}\`, a dependency's file that says something else`,
    help: 'its frames are not believed; look at who evaluates code under that name',
    covers: [],
  }));
}
