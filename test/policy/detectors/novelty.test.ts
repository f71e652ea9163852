import { describe, expect, test } from 'vitest';
import { history, past } from './pasts.js';
import { CURL, connect, findings, LEFT, LOCK, RIGHT, said, story } from './scenes.js';

describe('first-egress-of-package', () => {
  const record = story([
    connect(LEFT, 'a.example'),
    connect(LEFT, 'b.example', { address: '203.0.113.8' }),
    connect(LEFT, 'xn--gthub-n2e.com', { address: '203.0.113.9' }),
  ]);
  const without = { ...LOCK, rows: LOCK.rows.filter((row) => row.package !== 'left') };

  test('one finding for all its places but those that are worse than new, each of which is one', () => {
    expect(said(record, without)).toEqual([
      'critical lookalike + new-destination + first-egress-of-package',
      'high first-egress-of-package + new-destination',
    ]);
    const [, finding] = findings(record, without);
    expect(finding).toMatchObject({ destination: null, package: 'left@1.2.4' });
    expect(finding?.message).toContain(
      'first outbound traffic, to `a.example:443/tls`, `b.example:443/tls`, by `left@1.2.4` (postinstall)',
    );
  });

  test('a single place is the finding itself', () => {
    expect(said(story([connect(LEFT, 'a.example')]), without)).toEqual([
      'high new-destination + first-egress-of-package',
    ]);
  });

  test('not where the lock or the history has the package, and not where nobody has watched the phase', () => {
    expect(said(record, LOCK).join()).not.toContain('first-egress');
    expect(said(record, without, { history: history([past('z.example')]) }).join()).not.toContain(
      'first-egress',
    );
    const elsewhere = { ...without, rows: without.rows.map((row) => ({ ...row, phase: 'test' })) };
    expect(said(record, elsewhere).join()).not.toContain('first-egress');
  });

  test('by the history alone, at medium', () => {
    const one = story([connect(RIGHT, 'a.example'), connect(CURL, 'a.example')]);
    expect(said(one, null, { history: history([past('z.example')]) })).toEqual([
      'medium first-egress-of-package',
    ]);
    expect(said(one, null)).toEqual([]);
  });
});

describe('allowed-host-new-package and new-package-for-destination: one or the other', () => {
  const row = { phase: 'install', port: 443, protocol: 'tls' as const };

  test.for([
    ['api.github.com', 'right', 'allowed-host-new-package'],
    ['some-bucket.s3.amazonaws.com', 'right', 'allowed-host-new-package'],
    ['mirror.example', '(npm)', 'allowed-host-new-package'],
    ['api.right.example', 'right', 'new-package-for-destination'],
    ['mirror.example', '(process) curl', 'new-package-for-destination'],
  ] as const)('%s of %s: %s', ([host, owner, rule]) => {
    const lock = { ...LOCK, rows: [...LOCK.rows, { ...row, host, package: owner }] };
    expect(said(story([connect(LEFT, host)]), lock)).toEqual([`high ${rule}`]);
  });

  test('by the history where there is no lock', () => {
    const before = history([past('api.github.com', { packages: ['right'] }), past('y.example')]);
    const record = story([connect(LEFT, 'api.github.com'), connect(CURL, 'api.github.com')]);
    expect(said(record, null, { history: before })).toEqual(['medium allowed-host-new-package']);
  });
});
