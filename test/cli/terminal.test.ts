import { expect, test } from 'vitest';
import { appearanceOf } from '../../src/cli/terminal.js';

test.for([
  { stream: { isTTY: true }, env: {}, colour: true },
  { stream: { isTTY: false }, env: {}, colour: false },
  { stream: {}, env: {}, colour: false },
  { stream: { isTTY: true }, env: { NO_COLOR: '1' }, colour: false },
  { stream: { isTTY: true }, env: { NO_COLOR: '' }, colour: true },
  { stream: { isTTY: true }, env: { TERM: 'dumb' }, colour: false },
  { stream: {}, env: { FORCE_COLOR: '1' }, colour: true },
  { stream: {}, env: { FORCE_COLOR: '0' }, colour: false },
  { stream: { isTTY: true }, env: { FORCE_COLOR: '1', NO_COLOR: '1' }, colour: false },
])('$stream with $env: $colour', ({ stream, env, colour }) => {
  expect(appearanceOf(stream, env).colour).toBe(colour);
});

test('is as wide as the terminal, and 100 columns where there is none', () => {
  expect(appearanceOf({ isTTY: true, columns: 57 }, {}).width).toBe(57);
  expect(appearanceOf({}, {}).width).toBe(100);
});
