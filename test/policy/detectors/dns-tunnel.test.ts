import { describe, expect, test } from 'vitest';
import { typeName } from '../../../src/capture/resolver/type-names.js';
import { pick, seeded } from './names.js';
import { accepted, ask, connect, findings, LEFT, miss, RIGHT, said, story } from './scenes.js';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const random = seeded(21);
const chunk = (length: number): string => pick(random, BASE32, length);
const silent = { answers: [] } as const;

const words = (count: number, below: string) =>
  Array.from({ length: count }, (_, index) => ask(LEFT, `word-${index}${below}`, silent));

function confidence(events: Parameters<typeof story>[0]): string | null {
  const found = findings(story(events), null).find(({ rule }) => rule === 'dns-tunnel');
  return /confidence (\w+)/.exec(found?.message ?? '')?.[1] ?? null;
}

describe('confidence', () => {
  test.for([
    ['one name with a hash', () => [ask(LEFT, `${chunk(32)}.x.example`, silent)], null],
    ['two of them', () => [1, 2].map(() => ask(LEFT, `${chunk(20)}.x.example`, silent)), 'low'],
    ['one for TXT', () => [ask(LEFT, `${chunk(32)}.x.example`, { ...silent, type: 'TXT' })], 'low'],
    ['one for NULL', () => [ask(LEFT, `${chunk(32)}.x.example`, { ...silent, type: 'NULL' })], 'low'],
    ['one for KEY', () => [ask(LEFT, `${chunk(32)}.x.example`, { ...silent, type: 'KEY' })], 'low'],
    ['one for ANY', () => [ask(LEFT, `${chunk(32)}.x.example`, { ...silent, type: 'ANY' })], 'low'],
    [
      'four with 12 bytes each',
      () => [1, 2, 3, 4].map(() => ask(LEFT, `${chunk(20)}.x.example`, silent)),
      'medium',
    ],
    ['one of 120 characters', () => [ask(LEFT, `${chunk(60)}.${chunk(60)}.x.example`, silent)], 'medium'],
    ['49 names of words', () => words(49, '.x.example'), null],
    [
      '60 reverse look-ups',
      () =>
        Array.from({ length: 60 }, (_, index) =>
          miss(LEFT, `${index}.113.0.203.in-addr.arpa`, { type: 'PTR' }),
        ),
      null,
    ],
    ['60 names of a single label', () => words(60, ''), null],
    ['the domain itself', () => Array.from({ length: 60 }, () => ask(LEFT, 'x.example', silent)), null],
    ['50 names of words', () => words(50, '.x.example'), 'medium'],
    ['ten', () => Array.from({ length: 10 }, () => ask(LEFT, `${chunk(30)}.x.example`, silent)), 'high'],
    [
      'three for TXT',
      () => [1, 2, 3].map(() => ask(LEFT, `${chunk(32)}.x.example`, { ...silent, type: 'TXT' })),
      'high',
    ],
    [
      'three for NULL',
      () => [1, 2, 3].map(() => ask(LEFT, `${chunk(32)}.x.example`, { ...silent, type: 'NULL' })),
      'high',
    ],
  ] as const)('%s: %s', ([, events, expected]) => {
    expect(confidence(events())).toBe(expected);
  });
});

test('names that were connected to count only where there are many', () => {
  const hosts = (count: number): string[] => Array.from({ length: count }, () => `${chunk(30)}.cdn.example`);
  const reached = (count: number) => hosts(count).flatMap((host) => [ask(LEFT, host), connect(LEFT, host)]);
  expect(confidence(reached(7))).toBeNull();
  expect(confidence(reached(20))).toBe('high');
});

test('one domain and one package at a time, and a suffix that many share is no domain', () => {
  const names = Array.from({ length: 10 }, () => chunk(30));
  const record = story([
    ...names.map((name) => ask(LEFT, `${name}.a.example`, silent)),
    ...names.map((name) => ask(RIGHT, `${name}.a.example`, silent)),
    ...names.map((name) => ask(LEFT, `${name}.blob.core.windows.net`, silent)),
  ]);
  const tunnels = findings(record).filter(({ rule }) => rule === 'dns-tunnel');
  expect(tunnels.map(({ destination, package: who }) => [destination, who])).toEqual([
    ['*.a.example', 'left@1.2.4'],
    ['*.a.example', 'right@2.0.0'],
  ]);
});

test('what the lock has is not looked at', () => {
  const record = story(Array.from({ length: 10 }, () => miss(LEFT, `${chunk(30)}.a.example`)));
  expect(said(record, accepted(record))).toEqual([]);
});

test('the types of which it speaks are those that events have', () => {
  expect([10, 16, 25, 255].map(typeName)).toEqual(['NULL', 'TXT', 'KEY', 'ANY']);
});
