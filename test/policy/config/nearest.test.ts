import { expect, test } from 'vitest';
import { nearest } from '../../../src/policy/config/nearest.js';

const KEYS = ['mode', 'extends', 'rules', 'failOn', 'threatLists', 'dns'];

test.for([
  ['rule', 'rules'],
  ['Mode', 'mode'],
  ['extend', 'extends'],
  ['exetnds', 'extends'],
  ['fail-on', 'failOn'],
  ['threat-list', 'threatLists'],
  ['dsn', 'dns'],
  ['colour', null],
  ['x', null],
  ['', null],
] as const)('%s is most like %s', ([word, like]) => {
  expect(nearest(word, KEYS)).toBe(like);
});
