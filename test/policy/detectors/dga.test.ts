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

  test('a name that can be read, as long as all that look generated, is one of them; a word, or one that exists, is not', () => {
    const strange = [
      'kqzxwvjyhtplmbn.com',
      'xvbqjzkwphdgtfm.net',
      'zjxkqvwbnmtrpld.top',
      'pqzjwxkvbgtdmhf.xyz',
    ];
    const readable = 'htefiojonheoddi.icu';
    const listed = (names: readonly string[]) =>
      findings(story(names.map((name) => miss(LEFT, name)))).map(({ rule, message }) => [
        rule,
        message.replace(/ by .*/, ''),
      ]);
    expect(listed([...strange, readable])).toEqual([
      [
        'dga',
        expect.stringMatching(/^5 domains that look generated \(`htefiojonheoddi\.icu`.* below 5 suffixes/),
      ],
    ]);
    expect(listed([...strange, 'quite-new-words.icu'])).toHaveLength(2);
    expect(listed([...strange, 'htefiojonheodd.icu'])).toHaveLength(2);
    expect(listed([...strange, 'kqzxwvjyhtplmbnd.org', readable])).toHaveLength(2);
    const found = findings(story([...strange.map((name) => miss(LEFT, name)), ask(LEFT, readable)]));
    expect(found).toHaveLength(2);
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
