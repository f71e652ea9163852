import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LockRow } from '../../src/model/lock.js';
import { PROTOCOLS } from '../../src/model/transport.js';
import { formatLock, parseLock } from '../../src/policy/lock-file.js';
import { sortRows } from '../../src/policy/lock-rows.js';
import { PolicyError } from '../../src/policy/policy-error.js';

const row: fc.Arbitrary<LockRow> = fc.record({
  package: fc.string({ minLength: 1, unit: 'binary' }),
  phase: fc.constantFrom('install', 'test', 'build'),
  host: fc.string({ minLength: 1 }),
  port: fc.option(fc.nat(65_535)),
  protocol: fc.constantFrom(...PROTOCOLS),
});

/** The error's code, or null where there is none. */
function codeOf(text: string): string | null {
  try {
    parseLock(text);
    return null;
  } catch (error) {
    if (error instanceof PolicyError) return error.code;
    throw error;
  }
}

describe('the lock file', () => {
  test('what was written is read again, whatever the rows', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const lock = { lockVersion: 1 as const, rows: sortRows(rows) };
        expect(parseLock(formatLock(lock))).toEqual(lock);
        expect(formatLock(parseLock(formatLock(lock)))).toBe(formatLock(lock));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('has the same bytes whatever the order, one row a line', () => {
    const rows: LockRow[] = [
      { package: 'b', phase: 'install', host: 'b.example', port: 443, protocol: 'tls' },
      { package: 'a', phase: 'test', host: 'a.example', port: null, protocol: 'dns' },
      { package: 'b', phase: 'install', host: 'b.example', port: 443, protocol: 'tls' },
    ];
    const text = `{
  "lockVersion": 1,
  "rows": [
    { "package": "a", "phase": "test", "host": "a.example", "port": null, "protocol": "dns" },
    { "package": "b", "phase": "install", "host": "b.example", "port": 443, "protocol": "tls" }
  ]
}
`;
    expect(formatLock({ lockVersion: 1, rows })).toBe(text);
    expect(formatLock({ lockVersion: 1, rows: rows.toReversed() })).toBe(text);
    expect(formatLock({ lockVersion: 1, rows: [] })).toBe('{\n  "lockVersion": 1,\n  "rows": []\n}\n');
  });

  const good = { package: 'a', phase: 'install', host: 'a.example', port: 1, protocol: 'tls' };
  test.for([
    ['{', 'not-json'],
    ['[]', 'not-json'],
    ['null', 'not-json'],
    ['{"rows":[]}', 'wrong-version'],
    ['{"lockVersion":2,"rows":[]}', 'wrong-version'],
    ['{"lockVersion":1}', 'bad-row'],
    ...[
      { port: '1' },
      { port: 65_536 },
      { port: -1 },
      { port: 1.5 },
      { protocol: 'gopher' },
      { host: '' },
      { host: 1 },
      { more: 1 },
    ].map(
      (change) => [JSON.stringify({ lockVersion: 1, rows: [{ ...good, ...change }] }), 'bad-row'] as const,
    ),
    [JSON.stringify({ lockVersion: 1, rows: [good] }), null],
    [`\uFEFF${JSON.stringify({ lockVersion: 1, rows: [] })}`, null],
    [' '.repeat(33 * 1024 * 1024), 'too-large'],
  ] as const)('%#: %s', ([text, code]) => {
    expect(codeOf(text)).toBe(code);
  });

  test('an error says which row, what was expected and what came', () => {
    const text = JSON.stringify({ lockVersion: 1, rows: [good, { ...good, port: 'https' }] });
    expect(() => parseLock(text)).toThrow(/row 2 of the lock: expected a port.*"https"/);
  });

  test('no text makes it fail otherwise', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        codeOf(text);
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
