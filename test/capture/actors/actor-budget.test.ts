import { expect, test } from 'vitest';
import { ActorBudget, MAXIMUM_ACTORS, MAXIMUM_TEXT } from '../../../src/capture/actors/actor-budget.js';
import { ACTOR_LIMITS, type Actor } from '../../../src/model/actor.js';

const actor = (argv: readonly string[]): Actor => ({
  id: 1,
  parentId: null,
  pid: 1,
  startedAt: 0,
  executable: '',
  argv,
  cwd: '',
  environment: {},
  manifest: null,
  preload: null,
});

/** How many such actors there may be. */
function room(one: Actor): number {
  const budget = new ActorBudget();
  let count = 0;
  while (budget.take(one)) count += 1;
  return count;
}

test('there is a maximum of actors', () => {
  expect(room(actor([]))).toBe(MAXIMUM_ACTORS);
});

test('the longest argv that is kept, again and again, ends sooner', () => {
  const longest = actor(
    Array.from({ length: ACTOR_LIMITS.arguments }, () => 'x'.repeat(ACTOR_LIMITS.characters)),
  );
  expect(room(longest)).toBe(MAXIMUM_TEXT / (ACTOR_LIMITS.arguments * ACTOR_LIMITS.characters));
});

test('after the first that is too many there is none', () => {
  const budget = new ActorBudget();
  expect(budget.take(actor(['x'.repeat(MAXIMUM_TEXT + 1)]))).toBe(false);
  expect(budget.take(actor([]))).toBe(false);
});
