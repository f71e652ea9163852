import { commandLine } from './command-line.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';

/** What a reader must know before believing, or missing, a name that a stack gave. */
export function hookLost({ record: { capture }, actors }: Scene): Sighting[] {
  const { hook } = capture;
  if (hook === null) return [];
  const lines = new Set(hook.silent.map((id) => commandLine(actors, id)));
  const silent = [...lines].map(
    (line): Sighting => ({
      rule: 'hook-lost',
      grade: 'medium',
      destination: null,
      package: line,
      message: `the node process \`${line}\` reached out and never spoke through the hook, so no package inside of it is known`,
      help: 'look at who starts it: the hook is lost where descriptors are closed or node runs without NODE_OPTIONS',
      covers: [],
    }),
  );
  const gaps = [
    ...(hook.isCut ? ['its channel was shut in mid-run'] : []),
    ...(hook.lost > 0 ? [`${hook.lost} records were lost`] : []),
    ...(hook.malformed > 0 ? [`${hook.malformed} records were none of the hook's`] : []),
    ...(hook.unmatched > 0 ? [`${hook.unmatched} claimed connections were never made`] : []),
  ];
  if (gaps.length === 0) return silent;
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
  return [...silent, lost];
}
