import { expect, test } from 'vitest';
import { createNameBook } from '../../../src/capture/resolver/name-book.js';

test('the name that was answered last comes first, each once', () => {
  const book = createNameBook();
  book.add('a.example', ['198.51.100.1', '198.51.100.2']);
  book.add('b.example', ['198.51.100.1']);
  book.add('a.example', ['198.51.100.1']);
  expect(book.namesOf('198.51.100.1')).toEqual(['a.example', 'b.example']);
  expect(book.namesOf('198.51.100.2')).toEqual(['a.example']);
  expect(book.namesOf('198.51.100.3')).toEqual([]);
});

test('sixteen names of an address are remembered', () => {
  const book = createNameBook();
  for (let index = 0; index < 20; index += 1) book.add(`n${index}.example`, ['198.51.100.1']);
  expect(book.namesOf('198.51.100.1')).toHaveLength(16);
  expect(book.namesOf('198.51.100.1')[0]).toBe('n19.example');
});

test('the address that was answered longest ago is forgotten first', () => {
  const book = createNameBook();
  const address = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  for (let index = 0; index < 50_000; index += 1) book.add('x.example', [address(index)]);
  book.add('x.example', [address(0)]);
  book.add('x.example', ['198.51.100.1']);
  expect(book.namesOf(address(0))).toEqual(['x.example']);
  expect(book.namesOf(address(1))).toEqual([]);
  expect(book.namesOf(address(2))).toEqual(['x.example']);
});
