import { expect, test } from 'vitest';
import { lossLines } from '../../src/report/losses.js';

test('one line a loss, harmless whatever the hosts are', () => {
  expect(
    lossLines('left out', [
      { what: 'why', hosts: ['a.example', 'b\nc', 'd\u202e', 'e', 'f'] },
      { what: 'other', hosts: ['x'] },
    ]),
  ).toEqual(['left out: a.example, b\\u{a}c, d\\u{202e} and 2 more: why', 'left out: x: other']);
  expect(lossLines('widened', [])).toEqual([]);
});
