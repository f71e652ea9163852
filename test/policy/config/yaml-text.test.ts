import { expect, test } from 'vitest';
import { readYaml } from '../../../src/policy/config/yaml-text.js';

const MANY = 60_000;

test.for([
  ['lists in lists', '['.repeat(MANY)],
  ['lists in lists, a line each', '[\n'.repeat(MANY)],
  ['objects in objects', '{a: '.repeat(MANY)],
  ['block lists', '- '.repeat(MANY)],
  ['complex keys', '? '.repeat(MANY)],
  ['stairs', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
])('%s are refused before they are composed', ([, text]) => {
  expect(() => readYaml(text ?? '', 'f')).toThrow('f: expected at most 64 levels, got more');
});

test('aliases that multiply are refused', () => {
  const lines = Array.from(
    { length: 9 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`)}]`,
  );
  expect(() => readYaml(`l0: &l0 [x]\n${lines.join('\n')}`, 'f')).toThrow(/Excessive alias count/);
});

test('a text that is too long is refused', () => {
  expect(() => readYaml('#'.repeat(1024 * 1024 + 1), 'f')).toThrow(
    'f: expected at most 1048576 characters, got 1048577',
  );
});

test('values are found at their lines, and keys that are missing at those of what holds them', () => {
  const { source, value } = readYaml('a:\n  - b: 1\n  - b: 2\n', 'f');
  expect(value).toEqual({ a: [{ b: 1 }, { b: 2 }] });
  expect(source.lineOf(['a', 1, 'b'])).toBe(3);
  expect(source.lineOf(['a', 1, 'c'])).toBe(3);
  expect(source.lineOf([])).toBe(1);
});
