import { describe, expect, test } from 'vitest';
import { accepted, ask, findings, LEFT, miss, said, story } from './scenes.js';

describe('dga', () => {
  const words = ['green', 'river', 'stone', 'market', 'window', 'garden', 'silver', 'yellow'];
  const guesses = words.flatMap((one) => words.slice(0, 2).map((two) => `${one}${two}.example`));

  test('a burst of domains that do not exist, made of words', () => {
    const record = story(guesses.map((name) => miss(LEFT, name)));
    expect(said(record)).toEqual(['high dga + new-destination']);
    expect(findings(record)[0]?.message).toContain('16 domains that were guessed');
    expect(said(story(guesses.slice(0, 11).map((name) => miss(LEFT, name))), null)).toEqual([]);
    expect(said(story(guesses.map((name) => ask(LEFT, name))), null)).toEqual([]);
  });

  test('names that the lock has are nobody’s guesses', () => {
    const record = story(guesses.map((name) => miss(LEFT, name)));
    expect(said(record, accepted(record))).toEqual([]);
  });
});

test('a flood of 20,000 names by one package is one finding', () => {
  const events = Array.from({ length: 20_000 }, (_, index) =>
    miss(LEFT, `n${index}.x${index % 700}.example`),
  );
  const record = story(events);
  const found = findings(record);
  expect(found.map(({ rule, also }) => [rule, also])).toEqual([['dga', ['new-destination']]]);
});
