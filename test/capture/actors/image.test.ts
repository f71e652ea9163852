import { expect, test } from 'vitest';
import { parseImage, readImage } from '../../../src/capture/actors/image.js';

/** A line of /proc/PID/stat (proc_pid_stat(5)) with the fields that count. */
function stat(fields: Record<number, number | string>, name = 'sh'): Buffer {
  const rest = Array.from({ length: 50 }, (_, index) => String(fields[index + 3] ?? 0));
  return Buffer.from(`1234 (${name}) ${rest.join(' ')}\n`);
}

const FIELDS = { 22: 555, 28: '140737488347136', 48: 1000, 49: 1100, 50: 1100, 51: 1900 };
const IMAGE = {
  key: '140737488347136 1000 1900',
  bornAt: '555',
  argumentsAt: 1000,
  argumentsEnd: 1100,
  environmentEnd: 1900,
};

test('reads the addresses of an exec', () => {
  expect(parseImage(stat(FIELDS))).toEqual(IMAGE);
});

test.each(['a b', ') S 1 (', '((', ''])('a process may be called %j', (name) => {
  expect(parseImage(stat(FIELDS, name))).toEqual(IMAGE);
});

test.each([
  ['without the right to look', { ...FIELDS, 48: 0, 49: 0, 51: 0 }],
  ['arguments that end before they begin', { ...FIELDS, 49: 999 }],
  ['an environment that ends before them', { ...FIELDS, 51: 1099 }],
  ['no number', { ...FIELDS, 48: 'x' }],
])('%s there is none', (_what, fields) => {
  expect(parseImage(stat(fields))).toBeNull();
});

test('a cut line has none', () => {
  expect(parseImage(stat(FIELDS).subarray(0, 60))).toBeNull();
  expect(parseImage(Buffer.alloc(0))).toBeNull();
});

test('this process has one, and nobody has none', () => {
  const image = readImage(process.pid);
  expect(image?.argumentsEnd).toBeGreaterThan(image?.argumentsAt ?? 0);
  expect(readImage(0x7fffffff)).toBeNull();
});
