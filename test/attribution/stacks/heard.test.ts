import { describe, expect, test } from 'vitest';
import { readClaims } from '../../../src/attribution/stacks/heard.js';
import type { Claim, HeardClaim } from '../../../src/model/claim.js';
import { actor } from '../../report/sample.js';
import { frame } from './sample-frame.js';

const hello: Claim = { kind: 'hello', version: 'v20', image: 'one' };
const again: Claim = { ...hello, image: 'two' };
const stack: Claim = { kind: 'stack', id: 1, frames: [frame] };
const lookup: Claim = { kind: 'lookup', name: 'X.example.', stack: 1 };

type Said = readonly [claim: Claim, token?: string, thread?: number, at?: number];

/** @param isLate Whether something is preloaded before the hook in the process's first image */
function heard(list: readonly Said[], isLate = false) {
  const claims: HeardClaim[] = list.map(([claim, token = 'own', thread = 0, at = 10], index) => ({
    pid: 102,
    thread,
    seq: index,
    token,
    at,
    claim,
  }));
  // Process 102 was made by an exec at 2 ms, and became another image at 100 ms, and one without the hook at 200 ms.
  return readClaims(claims, [
    actor(1, ['sh']),
    { ...actor(2, ['node']), preload: { image: 'one', isFirst: !isLate } },
    { ...actor(3, ['node']), pid: 102, startedAt: 100, preload: { image: 'two', isFirst: true } },
    { ...actor(4, ['python3']), pid: 102, startedAt: 200 },
  ]);
}

describe('claims as they were heard', () => {
  test('a name leads to its stack, however it was spelled', () => {
    const { lookups, forged } = heard([[hello], [stack], [lookup]]);
    expect([...lookups(102, 'x.example')]).toEqual([[frame]]);
    expect([...lookups(103, 'x.example')]).toEqual([]);
    expect(forged).toBe(0);
  });

  test.for([
    ['another token', [[hello], [stack, 'other'], [lookup]]],
    ['a second hello of the same image', [[hello], [hello, 'other'], [stack, 'other'], [lookup]]],
    ['no hello at all', [[stack], [lookup]]],
    ['an image that no exec made', [[{ ...hello, image: 'none' }], [stack], [lookup]]],
    [
      'what the process has become since',
      [
        [hello, 'other', 0, 110],
        [stack, 'other', 0, 110],
        [lookup, 'other', 0, 110],
      ],
    ],
    [
      'a program without the hook, in the name of the one before it',
      [
        [again, 'other', 0, 210],
        [stack, 'other', 0, 210],
        [lookup, 'other', 0, 210],
      ],
    ],
    ['a thread that nobody announced', [[hello], [hello, 'b', 7], [stack, 'b', 7], [lookup, 'b', 7]]],
  ] as const)('%s is believed nothing', ([, list]) => {
    const { lookups, forged } = heard(list);
    expect([...lookups(102, 'x.example')]).toEqual([]);
    expect(forged).toBeGreaterThan(0);
  });

  test('an announced thread, the thread for module hooks and a new image speak for themselves', () => {
    const { lookups, forged } = heard([
      [hello],
      [{ kind: 'worker', id: 7 }],
      [{ kind: 'worker', id: null }],
      [hello, 'b', 7],
      [hello, 'c', 1],
      [stack, 'b', 7],
      [lookup, 'b', 7],
      [again, 'd', 0, 110],
      [stack, 'd', 0, 110],
      [{ ...lookup, name: 'y.example' }, 'd', 0, 110],
    ]);
    expect(forged).toBe(0);
    expect([...lookups(102, 'x.example')]).toEqual([[frame]]);
    expect([...lookups(102, 'y.example')]).toEqual([[frame]]);
  });

  test('where something may have spoken in the place of the hook nothing is believed, and nothing counted', () => {
    const { lookups, forged, saidHello } = heard(
      [[hello], [stack, 'other'], [lookup, 'other'], [hello]],
      true,
    );
    expect([...lookups(102, 'x.example')]).toEqual([]);
    expect(forged).toBe(0);
    expect(saidHello(2)).toBe(false);
  });
});
