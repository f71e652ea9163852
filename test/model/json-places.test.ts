import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPlaces } from '../../src/model/json-places.js';

const placesOf = (text: string, depth: number): string[] =>
  [...jsonPlaces(text, depth)].map(({ path, line }) => `${path.join('/')}:${line}`);

test('members of objects and elements of lists, with the lines that they begin on', () => {
  const text = '{\n  "a": {\n    "b": [1,\n {"c": 2}]\n  },\n  "d": "}{\\"\\n[",\n  "e": []\n}\n';
  expect(placesOf(text, 3)).toEqual(['a:2', 'a/b:3', 'a/b/0:3', 'a/b/1:4', 'd:6', 'e:7']);
  expect(placesOf(text, 1)).toEqual(['a:2', 'd:6', 'e:7']);
});

test('keys are told as JSON.parse reads them', () => {
  expect(placesOf('{"\\u0061\\"":1}', 1)).toEqual(['a":1']);
});

test('every member of any JSON is found, however it is laid out', () => {
  const pathsOf = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, one]) => [
      JSON.stringify([key]),
      ...pathsOf(one).map((path) => JSON.stringify([key, ...JSON.parse(path)])),
    ]);
  };
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat({ max: 3 }), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const found = [...jsonPlaces(text, 100)];
      expect(found.map(({ path }) => JSON.stringify(path)).sort()).toEqual(pathsOf(JSON.parse(text)).sort());
      const lines = text.split('\n');
      for (const { path, line } of found) {
        const key = path.at(-1) ?? '';
        if (indent > 0 && !/^\d+$/.test(key)) expect(lines[line - 1]).toContain(JSON.stringify(key));
      }
    }),
    { seed: 20_261_125, numRuns: 500 },
  );
});

test('of what is no JSON nothing is said, in one pass', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '\n', 'a') }),
      (text) => {
        for (const { line } of jsonPlaces(text, 3)) expect(line).toBeGreaterThan(0);
      },
    ),
    { seed: 20_261_125, numRuns: 500 },
  );
});
