import { expect, test } from 'vitest';
import { type Config, EMPTY_CONFIG } from '../../../src/policy/config/config.js';
import { extendConfig, type Layer, type LoadExtension } from '../../../src/policy/config/extend-config.js';

/** A layer that extends the profiles of these names. */
const layer = (id: string, ...names: string[]): Layer => {
  const config: Config = { ...EMPTY_CONFIG, extends: names.map((name) => ({ kind: 'profile', name })) };
  return { id, folder: null, config };
};

const loadFrom =
  (...layers: Layer[]): LoadExtension =>
  async (extension) =>
    layers.find(({ id }) => extension.kind === 'profile' && id === extension.name) ?? layer('nothing');

const idsOf = async (...layers: [Layer, ...Layer[]]): Promise<string[]> =>
  (await extendConfig(layers[0], loadFrom(...layers))).map(({ id }) => id);

test('the own one is first, and what is named last comes before what is named first', async () => {
  expect(await idsOf(layer('own', 'a', 'b'), layer('a', 'c'), layer('b'), layer('c'))).toEqual([
    'own',
    'b',
    'a',
    'c',
  ]);
});

test('what several extend counts once', async () => {
  expect(await idsOf(layer('own', 'a', 'b'), layer('a', 'c'), layer('b', 'c'), layer('c'))).toEqual([
    'own',
    'b',
    'c',
    'a',
  ]);
});

test('policies that lead back to themselves are refused', async () => {
  await expect(idsOf(layer('own', 'a'), layer('a', 'b'), layer('b', 'a'))).rejects.toThrow(
    "expected policies that don't extend themselves, got own → a → b → a",
  );
  await expect(idsOf(layer('own', 'own'))).rejects.toMatchObject({ code: 'cycle' });
});

test('a chain that is too long, or too many of them, is refused', async () => {
  const chain = (length: number): [Layer, ...Layer[]] => [
    layer('0', '1'),
    ...Array.from({ length: length - 1 }, (_, index) =>
      layer(`${index + 1}`, ...(index + 2 < length ? [`${index + 2}`] : [])),
    ),
  ];
  expect(await idsOf(...chain(8))).toHaveLength(8);
  await expect(idsOf(...chain(9))).rejects.toMatchObject({ code: 'too-deep' });
  const names = Array.from({ length: 64 }, (_, index) => `p${index}`);
  await expect(idsOf(layer('own', ...names), ...names.map((name) => layer(name)))).rejects.toMatchObject({
    code: 'too-deep',
  });
});
