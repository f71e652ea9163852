import { expect, test } from 'vitest';
import { EventBudget, MAXIMUM_EVENTS, MAXIMUM_TEXT } from '../../../src/capture/import/event-budget.js';

test('events have a maximum, and what is refused is counted', () => {
  const budget = new EventBudget();
  for (let count = 0; count < MAXIMUM_EVENTS; count += 1) expect(budget.take(1)).toBe(true);
  expect(budget.take(1)).toBe(false);
  expect(budget.grow(1)).toBe(true);
  expect(budget.refused).toBe(1);
});

test('so has their text', () => {
  const budget = new EventBudget();
  expect(budget.take(MAXIMUM_TEXT)).toBe(true);
  expect(budget.grow(1)).toBe(false);
  expect(budget.take(1)).toBe(false);
  expect(budget.take(0)).toBe(true);
  expect(budget.refused).toBe(2);
});
