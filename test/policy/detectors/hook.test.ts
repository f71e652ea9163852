import { expect, test } from 'vitest';
import type { HookOutcome } from '../../../src/model/run.js';
import { findings, LEFT, story } from './scenes.js';

const WHOLE: HookOutcome = {
  claims: 9,
  lost: 0,
  malformed: 0,
  unmatched: 0,
  isCut: false,
  silent: [],
  forged: [],
};

function heard(one: Partial<HookOutcome>) {
  const base = story([]);
  const record = { ...base, capture: { ...base.capture, hook: { ...WHOLE, ...one } } };
  return findings(record, null).map(({ rule, severity, package: who }) => [rule, severity, who]);
}

test('a whole hook says nothing; lost records are little, meddling is much', () => {
  expect(heard({})).toEqual([]);
  expect(heard({ lost: 3 })).toEqual([['hook-lost', 'low', null]]);
  for (const one of [{ isCut: true }, { malformed: 1 }, { unmatched: 1 }])
    expect(heard(one)).toEqual([['hook-lost', 'high', null]]);
});

test('a process under a debugger is told, once, and is no failure', () => {
  expect(heard({ exposed: [LEFT, LEFT] })).toEqual([['hook-lost', 'low', 'node left.js']]);
});

test('a silent process once for its command line, a forged file once for its path', () => {
  expect(heard({ silent: [LEFT, LEFT] })).toEqual([['hook-lost', 'medium', 'node left.js']]);
  const path = 'node_modules/left/index.js';
  const forged = [
    { actorId: LEFT, path },
    { actorId: LEFT, path },
  ];
  expect(heard({ forged })).toEqual([['forged-frame', 'high', path]]);
});
