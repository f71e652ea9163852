import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOneEditAway, nearNames } from '../../../src/policy/detectors/near-names.js';
import { skeleton } from '../../../src/policy/detectors/skeleton.js';
import { ask, connect, findings, LEFT, LOCK, miss, story } from './scenes.js';

const lock = {
  ...LOCK,
  rows: [
    ...LOCK.rows,
    {
      package: 'left',
      phase: 'install',
      host: 'downloads.acme-tools.example',
      port: 443,
      protocol: 'tls' as const,
    },
    { package: 'left', phase: 'install', host: 'cdn1.network1.example', port: 443, protocol: 'tls' as const },
  ],
};

function likeness(host: string): string | null {
  const record = story([ask(LEFT, host), connect(LEFT, host)]);
  const found = findings(record, lock).find(({ rule, also = [] }) => [rule, ...also].includes('lookalike'));
  return found === undefined ? null : `${found.severity}: ${found.message}`;
}

describe('lookalike', () => {
  test.for([
    ['githuub.com', 'github.com', 'one letter differs'],
    ['gihtub.com', 'github.com', 'one letter differs'],
    [domainToASCII('раураӏ.com'), 'paypal.com', 'look the same'],
    [domainToASCII('githüb.com'), 'github.com', 'look the same'],
    ['storage.googleapls.com', 'googleapis.com', 'look the same'],
    [domainToASCII('gіthub.com'), 'github.com', 'look the same'],
    ['acme-too1s.example', 'acme-tools.example', 'look the same'],
    ['acme-tool.example', 'acme-tools.example', 'one letter differs'],
    ['github.com.evil.example', 'github.com', 'carries that name in front of `evil.example`'],
    ['a.acme-tools.example.evil.example', 'acme-tools.example', 'carries'],
    ['github.zip', 'github.com', 'ends in .zip instead of .com'],
    ['github.cm', 'github.com', 'ends in .cm instead of .com'],
  ] as const)('%s for %s', ([host, to, how]) => {
    expect(likeness(host)).toContain(`can be mistaken for \`${to}\``);
    expect(likeness(host)).toContain(how);
  });

  test.for([
    'github.com',
    'codeload.github.com',
    'github.io',
    'someone.github.io',
    'other.acme-tools.example',
    'cdn2.network2.example',
    'google.de',
    'www.google.com.hk',
    'github.com.edgekey.net',
    'gentle.example',
    'xn--bcher-kva.example',
    'xn--not-a-label-at-all-0.example',
    'xn--e1afmkfd.xn--p1ai',
    'unrelated.example',
  ])('%s is nobody else', (host) => {
    expect(likeness(host)).toBeNull();
  });

  test('a search domain that answers all names carries them without being a stranger', () => {
    const record = story([
      miss(LEFT, 'db.office.example', { meant: 'db' }),
      ask(LEFT, 'github.com.office.example'),
    ]);
    expect(findings(record, lock).map(({ rule }) => rule)).toEqual(['new-destination', 'new-destination']);
  });

  test('the reviewed list can be another', () => {
    const record = story([ask(LEFT, 'widgetz.example'), connect(LEFT, 'widgetz.example')]);
    expect(findings(record, null)).toEqual([]);
    expect(findings(record, null, { popular: ['widgets.example'] })).toMatchObject([
      { rule: 'lookalike', severity: 'medium' },
    ]);
  });
});

test('one skeleton for what looks the same, also across scripts', () => {
  expect(skeleton(domainToASCII('gіthub'))).toBe(skeleton('github'));
  expect(skeleton('paypa1')).toBe(skeleton('paypal'));
  expect(skeleton('rnozilla')).toBe(skeleton('mozilla'));
  expect(skeleton('gitlab')).not.toBe(skeleton('github'));
});

/** Distance with swaps of neighbours, by the textbook's table. */
function distance(a: string, b: string): number {
  const table: number[][] = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      table[i]![j] = Math.min(table[i - 1]![j]! + 1, table[i]![j - 1]! + 1, table[i - 1]![j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        table[i]![j] = Math.min(table[i]![j]!, table[i - 2]![j - 2]! + 1);
    }
  }
  return table[a.length]![b.length]!;
}

test('near names are exactly those at distance 1', () => {
  const label = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(label, { maxLength: 20 }), label, (labels, asked) => {
      const expected = [...new Set(labels)].filter((one) => distance(one, asked) === 1).sort();
      expect(nearNames(labels)(asked)).toEqual(expected);
      for (const one of labels) expect(isOneEditAway(one, asked)).toBe(distance(one, asked) === 1);
    }),
    { seed: 4, numRuns: 1000 },
  );
});
