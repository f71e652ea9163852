import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError } from '../../../src/policy/config/config-error.js';
import { createPolicy } from '../../../src/policy/rules/create-policy.js';
import { countryRules } from '../../../src/policy/threats/country-rules.js';
import { connection } from '../rules/samples.js';
import { makeDatabase } from './mmdb.js';

const iso = (code: string) => ({ country: { iso_code: code } });
const RANGES = [
  ['192.0.2.0/25', iso('AA')],
  ['192.0.2.128/25', iso('BB')],
  ['198.51.100.7/32', { country_code: 'AA' }],
  ['203.0.113.0/24', { country: 'AA' }],
  ['2001:db8::/33', iso('AA')],
  ['2001:db8:8000::/33', iso('BB')],
  ['2001:db9::1/128', { registered: 'AA' }],
] as const;

test.for([24, 28, 32] as const)('ranges of a country are blocked, with records of %d bits', (size) => {
  const rules = countryRules(makeDatabase(RANGES, size), ['AA'], 'x.mmdb');
  expect(rules.map(({ host }) => host)).toEqual([
    '192.0.2.0/25',
    '198.51.100.7/32',
    '203.0.113.0/24',
    '2001:db8::/33',
  ]);
  expect(rules[0]).toMatchObject({ origin: 'country list AA', priority: 200, action: 'block' });
  const policy = createPolicy(rules);
  const blocked = [
    '192.0.2.127',
    '192.0.2.128',
    '198.51.100.7',
    '2001:db8:7fff::1',
    '2001:db8:8000::1',
  ].filter((host) => policy.decide(connection(host)).action === 'block');
  expect(blocked).toEqual(['192.0.2.127', '198.51.100.7', '2001:db8:7fff::1']);
});

test('several countries, and none that is there', () => {
  const database = makeDatabase(RANGES, 24);
  expect(countryRules(database, ['AA', 'BB'], 'x.mmdb')).toHaveLength(6);
  expect(countryRules(database, ['CC'], 'x.mmdb')).toEqual([]);
});

test('a database without countries is refused: it would block nothing', () => {
  const database = makeDatabase([['192.0.2.0/24', { city: 'x' }]], 24);
  expect(() => countryRules(database, ['AA'], 'x.mmdb')).toThrow(
    'x.mmdb: expected a database with countries, got one without',
  );
});

test.for([
  { what: 'an empty file', file: () => Buffer.alloc(0) },
  { what: 'a text', file: () => Buffer.from('hello') },
  { what: 'half a file', file: () => makeDatabase(RANGES, 24).subarray(0, 200) },
  {
    what: 'a tree that leads back to itself',
    file: () => {
      const database = makeDatabase(RANGES, 24);
      database.fill(0, 0, 6);
      return database;
    },
  },
  {
    what: 'a tree whose branches all grow together again, which has more paths than anyone can walk',
    file: () => {
      const database = makeDatabase(RANGES, 24);
      for (let node = 0; node < 100; node += 1) {
        database.writeUIntBE(node + 1, node * 6, 3);
        database.writeUIntBE(node + 1, node * 6 + 3, 3);
      }
      return database;
    },
  },
])('$what is refused', ({ file }) => {
  expect(() => countryRules(file(), ['AA'], 'x.mmdb')).toThrow(
    expect.objectContaining({ name: 'ConfigError' }),
  );
});

test('is total: any change of a database gives rules or a ConfigError', () => {
  const whole = makeDatabase(RANGES, 24);
  const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(edits, (changes) => {
      const database = Buffer.from(whole);
      for (const [index, byte] of changes) database[index] = byte;
      try {
        countryRules(database, ['AA'], 'x.mmdb');
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }),
    { seed: 71, numRuns: 2000 },
  );
});
