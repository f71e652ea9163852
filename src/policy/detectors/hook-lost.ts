import type { ActorId } from '../../model/actor.js';
import { commandLine } from './command-line.js';
import type { Scene } from './scene.js';
import type { Grade } from './severities.js';
import type { Sighting } from './sighting.js';

/** What a reader must know before believing, or missing, a name that a stack gave. */
export function hookLost({ record: { capture }, actors }: Scene): Sighting[] {
  const { hook } = capture;
  if (hook === null) return [];
  const about = (
    ids: readonly ActorId[],
    grade: Grade,
    what: (line: string) => string,
    help: string,
  ): Sighting[] =>
    [...new Set(ids.map((id) => commandLine(actors, id)))].map((line) => ({
      rule: 'hook-lost',
      grade,
      destination: null,
      package: line,
      message: what(line),
      help,
      covers: [],
    }));
  const silent = about(
    hook.silent,
    'medium',
    (line) =>
      `the node process \`${line}\` reached out and never spoke through the hook, so no package inside of it is known`,
    'look at who starts it: the hook is lost where descriptors are closed, or node runs without NODE_OPTIONS or preloads something else first',
  );
  const exposed = about(
    hook.exposed ?? [],
    'low',
    (line) => `the node process \`${line}\` was being debugged, by which code can speak in the hook's place`,
    'its packages are named, and none of them is proven; runners that measure coverage do this',
  );
  const gaps = [
    ...(hook.isCut ? ['its channel was shut in mid-run'] : []),
    ...(hook.lost > 0 ? [`${hook.lost} records were lost`] : []),
    ...(hook.malformed > 0 ? [`${hook.malformed} records were none of the hook's`] : []),
    ...(hook.unmatched > 0 ? [`${hook.unmatched} claimed connections were never made`] : []),
  ];
  if (gaps.length === 0) return [...silent, ...exposed];
  const isHostile = hook.isCut || hook.malformed > 0 || hook.unmatched > 0;
  const lost: Sighting = {
    rule: 'hook-lost',
    grade: isHostile ? 'high' : 'low',
    destination: null,
    package: null,
    message: `what the hook said is not whole: ${gaps.join(', ')}`,
    help: 'some packages may be missing from the report; connections and queries are not',
    covers: [],
  };
  return [...silent, ...exposed, lost];
}
