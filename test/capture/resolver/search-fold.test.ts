import { expect, test } from 'vitest';
import { meantName, withoutSearchDomain } from '../../../src/capture/resolver/search-fold.js';

const SEARCH = ['corp.internal', 'internal'];

test.each([
  ['registry.example.corp.internal', 'registry.example'],
  ['host.internal', 'host'],
  ['registry.example', null],
  ['corp.internal', 'corp'],
  ['internal', null],
  ['notcorp.internal', 'notcorp'],
  ['.internal', null],
  // The dot belongs to the label.
  ['x\\.corp.internal', 'x\\.corp'],
  ['x\\.internal', null],
])('%s without its search domain is %s', (name, expected) => {
  expect(withoutSearchDomain(name, SEARCH)).toBe(expected);
});

test('an expansion that led nowhere meant the shorter name', () => {
  expect(meantName('registry.example.corp.internal', SEARCH, false)).toBe('registry.example');
});

test('an expansion that was answered meant itself', () => {
  expect(meantName('db.corp.internal', SEARCH, true)).toBe('db.corp.internal');
});

test('without search domains every name means itself', () => {
  expect(meantName('registry.example.corp.internal', [], false)).toBe('registry.example.corp.internal');
});
