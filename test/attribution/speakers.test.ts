import { expect, test } from 'vitest';
import { createSpeakers } from '../../src/attribution/speakers.js';
import type { Actor } from '../../src/model/actor.js';
import { actor, node, npm, PROJECT, script, tree } from './sample.js';

const project = tree(node('node_modules/left', ['']), node('node_modules/right', ['']));
const LEFT = { at: 'node_modules/left', name: 'left', run: 'node left.js' };

/** For whom the last of the actors may speak. */
function speaker(
  actors: readonly Actor[],
  { hooked = false, known = project as typeof project | null } = {},
) {
  const speakers = createSpeakers({ projectRoot: PROJECT, tree: known }, hooked);
  for (const one of actors) speakers.add(one);
  return speakers.of(actors.at(-1)?.id ?? null);
}

test('a package manager speaks for itself', () => {
  expect(speaker([npm(1, null)])).toEqual({ kind: 'one', name: '(npm)' });
});

test.for([false, true])(
  'a dependency’s script, and all below it, speaks for the dependency alone',
  (hooked) => {
    const below = [
      npm(1, null),
      script(2, 1, LEFT),
      actor(3, 2, ['curl', 'https://a.example'], { environment: {} }),
    ];
    expect(speaker(below, { hooked })).toEqual({ kind: 'one', name: 'left' });
  },
);

test('a name that tree and manager contradict speaks for nobody', () => {
  const rewritten = script(2, 1, { ...LEFT, witness: { name: 'right' } });
  expect(speaker([npm(1, null), rewritten])).toEqual({ kind: 'doubtful' });
  expect(speaker([npm(1, null), rewritten], { known: null })).toEqual({ kind: 'doubtful' });
});

test('the project’s own script may be any package where their code runs in one process', () => {
  const own = script(2, 1, { at: '', name: 'app', event: 'test', run: 'vitest' });
  const running = [npm(1, null), own, actor(3, 2, ['node', 'vitest.mjs'])];
  expect(speaker(running, { hooked: true })).toEqual({ kind: 'any' });
  expect(speaker(running)).toEqual({ kind: 'one', name: 'app' });
});

test('a process beside all packages is named; one of node may run any, where they are told apart', () => {
  expect(speaker([actor(1, null, ['curl', 'https://a.example'])], { hooked: true })).toEqual({
    kind: 'one',
    name: '(process) curl',
  });
  expect(speaker([actor(1, null, ['node', 'test.js'])], { hooked: true })).toEqual({ kind: 'any' });
  expect(speaker([actor(1, null, ['node', 'test.js'])])).toEqual({
    kind: 'one',
    name: '(process) node test.js',
  });
});

test('an event without a process speaks for nobody', () => {
  const speakers = createSpeakers({ projectRoot: PROJECT, tree: project }, true);
  expect(speakers.of(null)).toEqual({ kind: 'unknown' });
  expect(speakers.of(7)).toEqual({ kind: 'unknown' });
});

test('what a process is called where no package inside of it is known', () => {
  const speakers = createSpeakers({ projectRoot: PROJECT, tree: project }, true);
  const own = script(2, 1, { at: '', name: 'app', event: 'test', run: 'vitest' });
  for (const one of [
    npm(1, null),
    own,
    actor(3, 2, ['node', 'vitest.mjs']),
    actor(4, null, ['node', 'x.js']),
  ])
    speakers.add(one);
  expect([1, 2, 3, 4, 5].map((id) => speakers.baseOf(id))).toEqual([
    '(npm)',
    'app',
    'app',
    '(process) node x.js',
    '(process)',
  ]);
});
