import { expect, test } from 'vitest';
import { createFlowBook } from '../../../src/capture/witness/flow-book.js';

test('each flow is new once; behind the maximum only those that are known are not missed', () => {
  const { note } = createFlowBook(2);
  expect(['a', 'a', 'b', 'c', 'b', 'c'].map(note)).toEqual(['new', 'known', 'new', 'full', 'known', 'full']);
});
