import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText } from '../../src/report/plain-text.js';
import { bytesText, durationText } from '../../src/report/quantity.js';
import { cellsOf, keepEnd, keepStart, wrap } from '../../src/report/width.js';

test('cells of narrow, wide and combining characters', () => {
  expect(['abc', '日本', 'e\u0301', '🙂', ''].map(cellsOf)).toEqual([3, 4, 1, 2, 0]);
});

test('cutting keeps the part that matters', () => {
  expect(keepStart('npm run build', 10)).toBe('npm run...');
  expect(keepEnd('a.b.c.registry.example', 16)).toBe('...istry.example');
  expect(keepEnd('same', 4)).toBe('same');
  expect(keepStart('日本語日本語', 8)).toBe('日本...');
});

test('wrapping loses nothing but blanks and never exceeds the width', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.integer({ min: 2, max: 60 }),
      (raw, width) => {
        const text = plainText(raw);
        const lines = wrap(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(width);
      },
    ),
    { seed: 20_260_102, numRuns: 500 },
  );
});

test('a word of a megabyte is wrapped in linear work', () => {
  expect(wrap('x'.repeat(1_000_000), 50)).toHaveLength(20_000);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [1_234_567_890, '1.2 GB'],
  [1e18, '1000.0 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test.each([
  [null, '?'],
  [0, '0 ms'],
  [999, '999 ms'],
  [12_345, '12.3 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 0 s'],
  [185_000, '3 min 5 s'],
  [7_500_000, '2 h 5 min'],
])('%s ms are %s', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});
