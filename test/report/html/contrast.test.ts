import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('../../../src/report/html/style/colours.css', import.meta.url), 'utf8');
const PAIR = /--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g;
const colours = new Map(
  [...css.matchAll(PAIR)].map(([, name = '', light = '', dark = '']) => [name, { light, dark }]),
);

/** WCAG 2.2: relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: string, b: string): number {
  const [dim = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dim + 0.05);
}

test('contrast is computed as WCAG says', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

const grounds = ['ground', 'panel', 'inset'];
const texts: readonly (readonly [string, string])[] = [
  ...['text', 'faint', 'accent', 'bad'].flatMap((ink) => grounds.map((ground) => [ink, ground] as const)),
  ['good', 'good-ground'],
  ['warning', 'warning-ground'],
  ['bad', 'bad-ground'],
  ['grave', 'grave-ground'],
  ['text', 'quiet-ground'],
];
const shapes: readonly (readonly [string, string])[] = [
  ...['control', 'node', 'query', 'flow', 'refused'].map((ink) => [ink, 'panel'] as const),
];

test.for([...texts.map((pair) => [...pair, 4.5] as const), ...shapes.map((pair) => [...pair, 3] as const)])(
  '%s on %s: %d or more in both schemes',
  ([ink, ground, least]) => {
    for (const scheme of ['light', 'dark'] as const)
      expect(
        contrast(colours.get(ink)![scheme], colours.get(ground)![scheme]),
        scheme,
      ).toBeGreaterThanOrEqual(least);
  },
);

test('there is no colour outside of the table', () => {
  for (const name of ['base', 'header', 'sections', 'pictures', 'tables', 'details', 'narrow', 'paper']) {
    const style = readFileSync(
      new URL(`../../../src/report/html/style/${name}.css`, import.meta.url),
      'utf8',
    );
    expect(style.match(/:[^;{]*(#[0-9a-f]{3,8}\b|rgb|hsl)/gi), name).toBeNull();
  }
  expect(css.match(/#[0-9a-f]{3,8}/gi)).toHaveLength(2 * colours.size);
});
