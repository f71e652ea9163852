import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looksGenerated } from '../../../src/policy/detectors/dga.js';
import { payloadOf } from '../../../src/policy/detectors/dns-payload.js';
import { entropy, strangeness } from '../../../src/policy/detectors/label-statistics.js';
import { FAMILIES, HONEST_LABELS, pick, seeded } from './names.js';

/** Generated labels of each family. */
const SAMPLES = 500;

describe('looksGenerated on a seeded set', () => {
  const random = seeded(2026);
  const samples = Object.entries(FAMILIES).map(([family, make]) => ({
    family,
    labels: Array.from({ length: SAMPLES }, () => make(random)),
  }));
  const wrong = HONEST_LABELS.filter(looksGenerated);
  const falseRate = wrong.length / HONEST_LABELS.length;
  const recalls = samples.map(({ family, labels }) => ({
    family,
    recall: labels.filter(looksGenerated).length / labels.length,
  }));

  test('prints what it finds, and finds most of it', () => {
    for (const { family, recall } of recalls) console.log(`${family}: recall ${recall.toFixed(3)}`);
    const hits = recalls.slice(0, -1).reduce((sum, { recall }) => sum + recall * SAMPLES, 0);
    console.log(
      `precision ${(hits / (hits + wrong.length)).toFixed(3)} on ${SAMPLES * (recalls.length - 1)} generated and ${HONEST_LABELS.length} honest labels`,
    );
    console.log(`honest labels taken for generated: ${falseRate.toFixed(3)} (${wrong.join(', ')})`);
    expect(falseRate).toBeLessThan(0.04);
    expect(recalls.find(({ family }) => family.startsWith('consonants'))?.recall).toBeLessThan(0.5);
    for (const { family, recall } of recalls.slice(0, -1)) expect(recall, family).toBeGreaterThan(0.85);
  });

  test('a chunk of data is told from a name: what a tunnel makes is found, what people name is not', () => {
    const alphabets = { hexadecimal: '0123456789abcdef', base32: 'abcdefghijklmnopqrstuvwxyz234567' };
    for (const [name, alphabet] of Object.entries(alphabets)) {
      for (const length of [16, 32, 60]) {
        const chunks = Array.from({ length: SAMPLES }, () => pick(random, alphabet, length));
        const found = chunks.filter((chunk) => payloadOf([chunk]).characters > 0).length / SAMPLES;
        console.log(`${name}, ${length} characters: found ${found.toFixed(3)}`);
        expect(found, `${name} ${length}`).toBeGreaterThan(length === 16 ? 0.6 : 0.95);
      }
    }
    expect(HONEST_LABELS.filter((label) => payloadOf([label]).characters > 0)).toEqual([]);
  });
});

test('entropy in bits a character', () => {
  expect(entropy('')).toBe(0);
  expect(entropy('aaaa')).toBe(0);
  expect(entropy('abab')).toBe(1);
  expect(entropy('0123456789abcdef')).toBe(4);
});

test('a label of people is below 0, one of chance above', () => {
  expect(strangeness('release-assets')).toBeLessThan(0);
  expect(strangeness('storage')).toBeLessThan(0);
  expect(strangeness('xkqjzvwqpt')).toBeGreaterThan(10);
});

test.for([
  [
    'host and user in hexadecimal',
    ['6275696c642d37', '726f6f74'],
    { characters: 22, bytes: 11, isText: true },
  ],
  ['bytes that are no text', ['0001020304050607'], { characters: 0, bytes: 0, isText: false }],
  ['a date', ['20260102'], { characters: 0, bytes: 0, isText: false }],
  ['an account of twelve digits', ['123456789012'], { characters: 0, bytes: 0, isText: false }],
  ['raw bytes', ['\\200\\201\\202\\203ab'], { characters: 6, bytes: 6, isText: false }],
  ['an international name', ['xn--mgbaam7a8h-and-more-of-it'], { characters: 0, bytes: 0, isText: false }],
] as const)('payload: %s', ([, labels, payload]) => {
  expect(payloadOf(labels)).toEqual(payload);
});

test('any labels have a payload of at most their own size', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 63 }), { maxLength: 8 }), (labels) => {
      const { characters, bytes } = payloadOf(labels);
      expect(characters).toBeLessThanOrEqual(labels.join('').length);
      expect(bytes).toBeLessThanOrEqual(characters);
      for (const label of labels) expect(Number.isFinite(strangeness(label))).toBe(true);
    }),
    { seed: 3, numRuns: 500 },
  );
});
