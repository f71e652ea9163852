import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffJson } from '../../../src/report/review/diff-json.js';
import { diffText } from '../../../src/report/review/diff-text.js';
import { REVIEW_FORMATS } from '../../../src/report/review/formats.js';
import { inertText } from '../../../src/report/review/inert-text.js';
import { HOSTILE } from './hostile.js';
import { hostileReview } from './sample-review.js';
import { htmlOf, problemsOf } from './validators.js';

const SEED = { seed: 20_261_125 };
/** What a benign name makes of each format: hostile ones must make the same. */
const BENIGN = hostileReview('benign');
const NUMBERED = HOSTILE.map((name, index) => [index, name] as const);
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...'`|\\<>[]()#@!:*_~&;%{}"\'-=. \n\rax0'), maxLength: 40 }),
  fc.array(fc.constantFrom(...HOSTILE), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
);

const textOf = (format: string, name: string): string => REVIEW_FORMATS[format]?.(hostileReview(name)) ?? '';

describe('Markdown, as GitHub makes HTML of it', () => {
  /** Tags without what is in code spans, and the text outside of them. */
  const structure = (markdown: string): { tags: string[]; prose: string } => {
    const html = htmlOf(markdown).replace(/<code>[^<]*<\/code>/g, '');
    return { tags: html.match(/<[^>]*>/g) ?? [], prose: html.replace(/<[^>]*>/g, ' ') };
  };
  const benign = structure(REVIEW_FORMATS.markdown?.(BENIGN) ?? '');
  const isHarmless = (name: string): void => {
    const { tags, prose } = structure(textOf('markdown', name));
    expect(tags).toEqual(benign.tags);
    // Neither mentions, nor references, nor links; entities are those that the converter writes for plain signs.
    expect(prose).not.toMatch(/[@#\\|`[\]<]|https?:|www\.|GH-\d|\b[0-9a-f]{7,40}\b/);
  };
  test.each(NUMBERED)('hostile name %i', (_, name) => isHarmless(name));
  test('anything', () => fc.assert(fc.property(anything, isHarmless), { ...SEED, numRuns: 60 }));
});

test.each([
  ['markdown', (text: string) => text.length, 60_000],
  ['summary', (text: string) => Buffer.byteLength(text), 900_000],
] as const)('%s of long names stays below its limit', (format, sizeOf, limit) => {
  for (const name of HOSTILE) expect(sizeOf(textOf(format, name))).toBeLessThanOrEqual(limit);
});

describe('annotations', () => {
  const benign = textOf('annotations', 'benign').split('\n');
  const isHarmless = (name: string): void => {
    const lines = textOf('annotations', name).split('\n');
    expect(lines).toHaveLength(benign.length);
    for (const line of lines.slice(0, -1))
      expect(line).toMatch(
        /^::(error|warning|notice) file=[^:,\r\n]+,line=\d+,title=[^:,\r\n]+::[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u,
      );
  };
  test.each(NUMBERED)('hostile name %i', (_, name) => isHarmless(name));
  test('anything', () => fc.assert(fc.property(anything, isHarmless), { ...SEED, numRuns: 300 }));
});

describe('JSON', () => {
  const schemas = ['sarif', 'gitlab-code-quality', 'cyclonedx', 'in-toto', 'ocsf'];
  const isValid = async (name: string): Promise<void> => {
    for (const format of schemas) {
      const text = textOf(format, name);
      expect(await problemsOf(format, text), format).toEqual([]);
      expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    }
    const { diff } = hostileReview(name);
    if (diff !== null) expect(await problemsOf('diff', diffJson(diff))).toEqual([]);
    for (const { message } of JSON.parse(textOf('sarif', name)).runs[0].results) {
      const plain = message.text.replace(/\\[\\[\]]/g, '').replace(/\{\{|\}\}/g, '');
      expect(plain).not.toMatch(/[[\]{}\\]/);
    }
  };
  test.each(NUMBERED)('hostile name %i', (_, name) => isValid(name));
  test('anything', async () => {
    await fc.assert(fc.asyncProperty(anything, isValid), { ...SEED, numRuns: 60 });
  });
  test('as many lines for a hostile name as for any other', () => {
    for (const format of ['in-toto', 'ocsf'])
      for (const name of HOSTILE)
        expect(textOf(format, name).split('\n')).toHaveLength(textOf(format, 'benign').split('\n').length);
  });
});

describe('JUnit', () => {
  const tagsOf = (xml: string): string[] => xml.match(/<\/?[\w-]+/g) ?? [];
  const benign = tagsOf(textOf('junit', 'benign'));
  const isHarmless = (name: string): string => {
    const xml = textOf('junit', name);
    expect(tagsOf(xml)).toEqual(benign);
    expect(xml).toMatch(/^[\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
    return xml;
  };
  test.each(NUMBERED)('hostile name %i', async (_, name) =>
    expect(await problemsOf('junit', isHarmless(name))).toEqual([]),
  );
  test('anything', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (name) => {
        expect(await problemsOf('junit', isHarmless(name))).toEqual([]);
      }),
      { ...SEED, numRuns: 60 },
    );
  });
});

describe('the terminal', () => {
  const isHarmless = (name: string): void => {
    const { diff } = hostileReview(name);
    const text = inertText(diff === null ? '' : diffText(diff, { colour: false, width: 80 }));
    expect(text).not.toMatch(/[^\n\P{Cc}]|\p{Cf}|\p{Cs}/u);
    expect(text).not.toMatch(/^\s*::|##\w*\[/m);
  };
  test.each(NUMBERED)('hostile name %i', (_, name) => isHarmless(name));
  test('anything', () => fc.assert(fc.property(anything, isHarmless), { ...SEED, numRuns: 300 }));
});
