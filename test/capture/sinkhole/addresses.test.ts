import { expect, test } from 'vitest';
import { createNameBook } from '../../../src/capture/resolver/name-book.js';
import { createNameAddresses, MAXIMUM_ADDRESSES } from '../../../src/capture/sinkhole/addresses.js';
import { nameAnswer } from '../../../src/capture/sinkhole/name-answer.js';

test('each name has an address of its own, and keeps it', () => {
  const addresses = createNameAddresses();
  const first = addresses.addressOf('a.example');
  expect(first).toBe('198.18.0.1');
  expect(addresses.addressOf('b.example')).toBe('198.18.0.2');
  expect(addresses.addressOf('a.example')).toBe(first);
});

test('a full table gives the address that was not asked for the longest, and the name book knows', () => {
  const addresses = createNameAddresses();
  const book = createNameBook();
  const ask = (name: string): string => {
    const address = addresses.addressOf(name);
    book.add(name, [address]);
    return address;
  };
  const all = new Set(Array.from({ length: MAXIMUM_ADDRESSES }, (_, index) => ask(`${index}.example`)));
  expect(all.size).toBe(MAXIMUM_ADDRESSES);
  expect([...all].every((address) => /^198\.18\.\d+\.\d+$/.test(address))).toBe(true);
  ask('0.example');
  expect(ask('new.example')).toBe('198.18.0.2');
  expect(book.namesOf('198.18.0.2')[0]).toBe('new.example');
  expect(ask('0.example')).toBe('198.18.0.1');
  expect(book.namesOf('198.18.0.1')[0]).toBe('0.example');
  expect(ask('1.example')).toBe('198.18.0.3');
});

test.for([
  ['web.example', 'A', 'address'],
  ['web.example', 'AAAA', 'no-data'],
  ['web.example', 'TXT', 'no-data'],
  ['web.example', 'HTTPS', 'no-data'],
  // A library tries these before the name that was meant (resolv.conf(5), ndots).
  ['web.example.corp.test', 'A', 'no-name'],
  ['web.example.corp.test', 'AAAA', 'no-name'],
  // A single label can only mean a host of the search domain.
  ['build.corp.test', 'A', 'address'],
  ['corp.test', 'A', 'address'],
  ['a\\.b.corp.test', 'A', 'address'],
] as const)('%s %s: %s', ([name, type, answer]) => {
  expect(nameAnswer(name, type, ['corp.test'])).toBe(answer);
});
