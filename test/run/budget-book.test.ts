import { expect, test } from 'vitest';
import type { Budget } from '../../src/model/policy.js';
import { createBudgetBook } from '../../src/run/budget-book.js';

const budget = (own: Partial<Budget>): Budget => ({ host: null, package: null, bytes: 100, ...own });
const by =
  (...names: string[]) =>
  () =>
    names;

test('a budget is that of its own host and of its own package alone', () => {
  const book = createBudgetBook([
    budget({ host: 'x.example' }),
    budget({ package: 'left', bytes: 150 }),
    budget({ host: 'both.example', package: 'left', bytes: 10 }),
  ]);
  expect(book.spend('y.example', by('right'), 1000)).toBeNull();
  expect(book.spend('a.x.example', by('right'), 1000)).toBeNull();
  expect(book.spend('both.example', by('right'), 1000)).toBeNull();
  expect(book.spend('x.example', by('right'), 101)).toBe('budget of 100 bytes for x.example');
  expect(book.spend('x.example', by('left'), 100)).toBeNull();
  expect(book.spend('x.example', by('right'), 1)).toBe('budget of 100 bytes for x.example');
  expect(book.spend('y.example', by('left', 'right'), 51)).toBe('budget of 150 bytes for left');
  expect(book.spend('both.example', by('left'), 11)).toBe('budget of 10 bytes for left to both.example');
  expect(book.spend('y.example', by('left'), 50)).toBeNull();
});
