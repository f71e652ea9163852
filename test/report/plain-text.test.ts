import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asciiText, plainText } from '../../src/report/plain-text.js';

test.each([
  ['an ANSI escape', '\u001b[31mred', '\\u{1b}[31mred'],
  ['an 8-bit control sequence introducer', '\u009b31m', '\\u{9b}31m'],
  ['an operating system command with a bell', '\u001b]0;title\u0007', '\\u{1b}]0;title\\u{7}'],
  ['newline, return, tab, backspace, delete', 'a\n\r\t\b\u007f', 'a\\u{a}\\u{d}\\u{9}\\u{8}\\u{7f}'],
  ['bidi overrides and isolates', '\u202e\u2066\u200f\u061c', '\\u{202e}\\u{2066}\\u{200f}\\u{61c}'],
  ['line and paragraph separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
  ['zero width', 'le\u200bft\u200d\ufeff\u00ad\u2060', 'le\\u{200b}ft\\u{200d}\\u{feff}\\u{ad}\\u{2060}'],
  ['lone surrogates', '\ud800x\udc00', '\\u{d800}x\\u{dc00}'],
  ['tags and variation selectors', '\u{e0041}\ufe0f', '\\u{e0041}\\u{fe0f}'],
  ['letters that are drawn as nothing', '\u3164\u115f\uffa0\u2800', '\\u{3164}\\u{115f}\\u{ffa0}\\u{2800}'],
  ['other blanks', 'a\u00a0\u3000b', 'a\\u{a0}\\u{3000}b'],
  ['private use', '\ue000', '\\u{e000}'],
  ['a tower of marks', 'e\u0301\u0302\u0303\u0304', 'e\u0301\u0302\\u{303}\\u{304}'],
])('%s', (_, hostile, harmless) => {
  expect(plainText(hostile)).toBe(harmless);
});

test('what people write stays as it is', () => {
  for (const text of ['npm ci --foo="a b"', 'Füße', '日本語', 'ที่', '🙂', 'C:\\x', '%$#{}'])
    expect(plainText(text)).toBe(text);
});

test('nothing harmful comes out, and a second time changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = plainText(text);
      expect(once).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
      expect(plainText(once)).toBe(once);
      expect(asciiText(text)).toMatch(/^[\x20-\x7e]*$/);
    }),
    { seed: 20_260_102, numRuns: 2000 },
  );
});

test('a host that only looks like another is told apart', () => {
  expect(asciiText('\u0430pple.example')).toBe('\\u{430}pple.example');
  expect(asciiText('xn--pple-43d.example')).toBe('xn--pple-43d.example');
});
