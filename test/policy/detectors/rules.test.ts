import { describe, expect, test } from 'vitest';
import type { History, PastDestination } from '../../../src/model/history.js';
import type { PolicyRule } from '../../../src/model/policy.js';
import { detect } from '../../../src/policy/detectors/detect.js';
import {
  accepted,
  ask,
  CURL,
  connect,
  datagrams,
  findings,
  LEFT,
  LOCK,
  miss,
  NPM,
  RIGHT,
  request,
  said,
  story,
} from './scenes.js';

const past = (host: string, one: Partial<PastDestination> = {}): PastDestination => ({
  host,
  port: 443,
  protocol: 'tls',
  packages: ['left'],
  addresses: ['203.0.113.7'],
  bytesSent: 1000,
  ...one,
});
const history = (...runs: (readonly PastDestination[])[]): History =>
  runs.map((destinations, index) => ({ id: `run-${index}`, phase: 'install', destinations }));

describe('dns-over-https', () => {
  test.for(['dns.google', 'abc123.dns.nextdns.io', '1.1.1.1', '2606:4700:4700::1111'])(
    'by the known resolver %s',
    (host) => {
      const record = story([connect(LEFT, host)]);
      expect(said(record)[0]).toContain('dns-over-https');
      expect(findings(record, accepted(record))).toEqual([]);
    },
  );

  test('by an address behind another name', () => {
    const record = story([connect(LEFT, 'quiet.example', { address: '8.8.8.8' })]);
    expect(said(record)).toEqual(['high dns-over-https + new-destination']);
  });

  test.for([
    { path: '/dns-query?dns=AAABAAAB' },
    { path: '/resolve?name=x.example' },
    { path: '/q', headers: [{ name: 'content-type', bytes: 23, value: 'application/dns-message' }] },
  ])('by the request of a sinkhole, $path', (one) => {
    const record = story([
      connect(LEFT, 'quiet.example', { verdict: 'sunk' }),
      request(1, 'quiet.example', { method: 'POST', ...one }),
    ]);
    expect(said(record)).toEqual(['high dns-over-https + new-destination']);
  });

  test('not by another path, nor on another port', () => {
    const record = story([
      connect(LEFT, 'quiet.example'),
      request(1, 'quiet.example', { path: '/resolve' }),
      connect(LEFT, '1.1.1.1', { port: 80, protocol: 'http' }),
    ]);
    expect(said(record)).toEqual(['high new-destination', 'high direct-address']);
  });
});

describe('dns-over-tls', () => {
  test.for([
    { what: 'port 853', event: connect(LEFT, 'quiet.example', { port: 853 }) },
    { what: 'QUIC on 853', event: datagrams(LEFT, '203.0.113.5', { port: 853, protocol: 'quic' }) },
    { what: 'what the hello offers', event: connect(LEFT, 'quiet.example', { alpn: ['dot'] }) },
    { what: 'a known resolver', event: connect(LEFT, '9.9.9.9', { port: 8853 }) },
  ])('$what', ({ event }) => {
    expect(said(story([event]))[0]).toContain('high dns-over-tls');
    expect(said(story([event]), null)[0]).toContain('medium dns-over-tls');
  });
});

describe('sni-mismatch', () => {
  const odd = { kind: 'sni-resolved', left: 'good.example', right: 'bad.example' } as const;

  test('also where the lock has the place', () => {
    const record = story([connect(LEFT, 'bad.example', { sni: 'good.example', disagreements: [odd] })]);
    expect(said(record, accepted(record))).toEqual(['high sni-mismatch']);
    expect(findings(record)[0]?.message).toContain(
      'asks for `good.example`, its address was that of `bad.example`',
    );
  });

  test('a Host for an address that no name was asked for is below the address itself', () => {
    const host = { kind: 'host-resolved', left: 'good.example', right: '203.0.113.7' } as const;
    const record = story([
      connect(LEFT, '203.0.113.7', { port: 80, protocol: 'http', disagreements: [host] }),
    ]);
    expect(said(record, null)).toEqual(['medium direct-address + sni-mismatch']);
  });

  test('a call that was changed under way', () => {
    const kind = 'notified-accepted' as const;
    const changed = { kind, left: '203.0.113.7 443', right: '203.0.113.8 25' };
    const record = story([connect(LEFT, 'x.example', { disagreements: [changed] })]);
    expect(findings(record)[0]?.message).toContain('asked for 203.0.113.7 443 and went to 203.0.113.8 25');
  });

  test('not on the loopback', () => {
    const record = story([
      connect(LEFT, 'localhost', { address: '127.0.0.1', hostSource: 'loopback', disagreements: [odd] }),
    ]);
    expect(said(record, accepted(record))).toEqual([]);
  });
});

describe('encrypted-hello', () => {
  test('in a place that is new, and in a known one where the name outside was not asked for', () => {
    const plain = story([connect(LEFT, 'x.example', { ech: true })]);
    expect(said(plain)).toEqual(['high new-destination + encrypted-hello']);
    expect(said(plain, null)).toEqual(['low encrypted-hello']);
    const odd = { kind: 'sni-resolved', left: 'front.example', right: 'x.example' } as const;
    const hidden = story([
      connect(LEFT, 'x.example', { ech: true, sni: 'front.example', disagreements: [odd] }),
    ]);
    expect(said(hidden, accepted(hidden))).toEqual(['high sni-mismatch + encrypted-hello']);
  });
});

describe('private-address', () => {
  test.for([
    '10.0.0.1',
    '172.16.9.9',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.1.1',
    'fd12::1',
    'fe80::1',
    '127.0.0.1',
  ])('a public name that led to %s', (address) => {
    const type = address.includes(':') ? 'AAAA' : 'A';
    const record = story([ask(LEFT, 'rebind.example', { type, answers: [address] })]);
    expect(said(record)).toEqual(['high private-address + new-destination']);
    expect(said(record, null)).toEqual(['medium private-address']);
    expect(said(record, accepted(record))).toEqual([]);
  });

  test('an accepted name that leads to both, or that led to public addresses before', () => {
    const both = story([
      ask(LEFT, 'x.example', { answers: ['10.0.0.1', '203.0.113.7'] }),
      connect(LEFT, 'x.example'),
    ]);
    expect(said(both, accepted(both))).toEqual(['high private-address']);
    const now = story([
      ask(LEFT, 'x.example', { answers: ['10.0.0.1'] }),
      connect(LEFT, 'x.example', { address: '10.0.0.1' }),
    ]);
    expect(said(now, accepted(now), { history: history([past('x.example')]) })).toEqual([
      'high private-address',
    ]);
    const before = history([past('x.example', { addresses: ['10.0.0.2'] })]);
    expect(said(now, accepted(now), { history: before })).toEqual([]);
  });

  test('a filter that answers with the unspecified address, and what a sinkhole answers, lead nowhere', () => {
    expect(said(story([ask(LEFT, 'x.example', { answers: ['0.0.0.0'] })]), null)).toEqual([]);
    const sunk = story([
      ask(LEFT, 'x.example', { answers: ['10.0.0.1'], verdict: 'sunk' }),
      connect(LEFT, 'x.example', { address: '10.0.0.1', verdict: 'sunk' }),
    ]);
    expect(said(sunk, null)).toEqual([]);
  });

  test('an address by itself', () => {
    expect(said(story([connect(LEFT, '192.168.1.1', { port: 80, protocol: 'http' })]))).toEqual([
      'high private-address + direct-address',
    ]);
  });
});

describe('metadata-address', () => {
  test.for(['169.254.170.2', 'fd00:ec2::254', '100.100.100.200', 'metadata.google.internal'])(
    '%s',
    (host) => {
      const record = story([connect(LEFT, host, { port: 80, protocol: 'http' })]);
      expect(said(record)[0]).toContain('critical metadata-address');
      expect(said(record, accepted(record))).toEqual([]);
    },
  );

  test('behind a name', () => {
    const record = story([
      connect(LEFT, 'rebind.example', { address: '169.254.169.254', port: 80, protocol: 'http' }),
    ]);
    expect(findings(record)[0]?.message).toContain('`rebind.example:80/http` (169.254.169.254)');
  });
});

describe('blocked, budget-exceeded, alert-rule', () => {
  const refused = { verdict: 'blocked', failure: 'ECONNREFUSED', protocol: 'none', bytesSent: 0 } as const;

  test('one finding for a place and a package, with the rule or the lack of one', () => {
    const record = story([
      miss(LEFT, 'a.example', { verdict: 'blocked' }),
      miss(LEFT, 'a.example', { verdict: 'blocked', type: 'AAAA' }),
      connect(LEFT, 'b.example', { ...refused, rule: 'egresslock.config.yaml, rule 3' }),
      connect(LEFT, 'b.example', { ...refused, rule: 'egresslock.config.yaml, rule 3' }),
      connect(RIGHT, 'b.example', refused),
    ]);
    expect(findings(record, null).map(({ message }) => message)).toEqual([
      'blocked `a.example` by `left@1.2.4` (postinstall), through `app > left` (2 attempts): no rule allows it',
      'blocked `b.example:443/none` by `left@1.2.4` (postinstall), through `app > left` (2 attempts): refused by `egresslock.config.yaml, rule 3`',
      'blocked `b.example:443/none` by `right@2.0.0` (postinstall), through `app > right` (1 attempt): no rule allows it',
    ]);
    expect(said(record)).toEqual(Array(3).fill('high blocked + new-destination'));
  });

  test('a budget that was spent is no other refusal', () => {
    const cut = { verdict: 'blocked', failure: 'EBUDGET', bytesSent: 12_300_000 } as const;
    const record = story([connect(LEFT, 'x.example', { ...cut, rule: 'egresslock.config.yaml, budget 1' })]);
    expect(said(record, accepted(record))).toEqual(['high budget-exceeded']);
    expect(findings(record)[0]?.message).toContain('1 flow cut after 12.3 MB');
  });

  test('what an alert rule let pass, look-up and connection as one; what an allow rule let pass is silent', () => {
    const rule = (origin: string, action: PolicyRule['action']): PolicyRule => ({
      origin,
      priority: 100,
      action,
      host: '*',
      ports: null,
      protocols: null,
      packages: null,
      phases: null,
    });
    const rules = [rule('rule 1', 'alert'), rule('rule 2', 'allow')];
    const record = story([
      ask(LEFT, 'a.example', { rule: 'rule 1' }),
      connect(LEFT, 'a.example', { rule: 'rule 1' }),
      connect(LEFT, 'b.example', { rule: 'rule 2' }),
    ]);
    expect(findings(record, accepted(record), { rules })).toMatchObject([
      { rule: 'alert-rule', severity: 'high', destination: 'a.example:443/tls', package: 'left@1.2.4' },
    ]);
    expect(said(record, accepted(record))).toEqual([]);
  });
});

describe('first-egress-of-package', () => {
  const record = story([
    connect(LEFT, 'a.example'),
    connect(LEFT, 'b.example', { address: '203.0.113.8' }),
    connect(LEFT, 'xn--gthub-n2e.com', { address: '203.0.113.9' }),
  ]);
  const without = { ...LOCK, rows: LOCK.rows.filter((row) => row.package !== 'left') };

  test('one finding for all its places, and one more for what is worse than new', () => {
    expect(said(record, without)).toEqual([
      'critical lookalike + new-destination',
      'high first-egress-of-package + new-destination',
    ]);
    const [, finding] = findings(record, without);
    expect(finding).toMatchObject({ destination: null, package: 'left@1.2.4' });
    expect(finding?.message).toContain(
      'to `a.example:443/tls`, `b.example:443/tls`, `xn--gthub-n2e.com:443/tls`,',
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

describe('volume-spike', () => {
  const before = history(
    [past('x.example')],
    [past('x.example', { bytesSent: 40_000 })],
    [past('x.example')],
  );
  const sent = (bytesSent: number, bytesReceived = 500) =>
    story([connect(LEFT, 'x.example', { bytesSent, bytesReceived })]);
  const spike = (record = sent(2_000_000), runs = before) =>
    said(record, accepted(record), { history: runs });

  test('far above the most that earlier runs have sent', () => {
    expect(spike()).toEqual(['high volume-spike']);
    const record = sent(2_000_000);
    expect(findings(record, accepted(record), { history: before })[0]?.message).toContain(
      '2.0 MB sent to `x.example:443/tls`, where 3 earlier runs sent 40.0 kB at most',
    );
  });

  test.for([
    { what: 'too few runs', record: sent(2_000_000), runs: before.slice(1) },
    { what: 'not five times as much', record: sent(190_000), runs: before },
    {
      what: 'five times next to nothing',
      record: sent(200_000),
      runs: before.map((run) => ({ ...run, destinations: [past('x.example')] })),
    },
    { what: 'more came back', record: sent(2_000_000, 90_000_000), runs: before },
    {
      what: 'another phase',
      record: sent(2_000_000),
      runs: before.map((run) => ({ ...run, phase: 'test' })),
    },
  ])('$what: nothing', ({ record, runs }) => {
    expect(spike(record, runs)).toEqual([]);
  });
});

describe('beacon', () => {
  const beats = (times: readonly number[]) => story(times.map((at) => connect(LEFT, 'x.example', { at })));

  test('steady, also where each beat is two connections', () => {
    expect(said(beats([0, 5000, 10_100, 14_950, 20_000]), null)).toEqual(['medium beacon']);
    expect(said(beats([0, 20, 5000, 5030, 10_100, 14_950, 20_000, 20_040]), null)).toEqual(['medium beacon']);
  });

  test.for([
    { what: 'four beats', times: [0, 5000, 10_000, 15_000] },
    { what: 'retries that wait longer each time', times: [0, 1000, 3000, 7000, 15_000, 31_000] },
    { what: 'a burst', times: [0, 400, 800, 1200, 1600, 2000, 2400] },
    { what: 'chance', times: [0, 1300, 9000, 9900, 16_000, 31_000] },
  ])('$what: nothing', ({ times }) => {
    expect(said(beats(times), null)).toEqual([]);
  });
});

describe('protocol-port-mismatch', () => {
  test.for([
    ['tls', 53, 'TLS on the port of DNS'],
    ['tls', 22, 'TLS on the port of SSH'],
    ['http', 443, 'HTTP on the port of HTTPS'],
    ['unknown', 443, 'an unknown protocol on the port of HTTPS'],
    ['ssh', 443, 'SSH on the port of HTTPS'],
    ['ssh', 8022, 'SSH on port 8022'],
    ['socks', 9050, 'SOCKS on port 9050'],
    ['http', 8000, 'clear-text HTTP on port 8000'],
  ] as const)('%s on %i: %s', ([protocol, port, what]) => {
    expect(findings(story([connect(LEFT, 'x.example', { protocol, port })]), null)[0]?.message).toContain(
      what,
    );
  });

  test.for([
    ['tls', 27_017],
    ['unknown', 5432],
    ['unknown', 9999],
    ['tls', 9999],
    ['http', 80],
    ['http', 8080],
    ['none', 443],
  ] as const)('%s on %i fits', ([protocol, port]) => {
    expect(findings(story([connect(LEFT, 'x.example', { protocol, port })]), null)).toEqual([]);
  });

  test('what the lock has is meant', () => {
    const record = story([connect(LEFT, '203.0.113.7', { protocol: 'ldap', port: 389 })]);
    expect(said(record, accepted(record))).toEqual([]);
  });
});

describe('dga', () => {
  const words = ['green', 'river', 'stone', 'market', 'window', 'garden', 'silver', 'yellow'];
  const guesses = words.flatMap((one) => words.slice(0, 2).map((two) => `${one}${two}.example`));

  test('a burst of domains that do not exist, made of words', () => {
    const record = story(guesses.map((name) => miss(LEFT, name)));
    expect(said(record)).toEqual(['high dga + new-destination']);
    expect(findings(record)[0]?.message).toContain('16 domains that were guessed');
    expect(said(story(guesses.slice(0, 11).map((name) => miss(LEFT, name))), null)).toEqual([]);
    expect(said(story(guesses.map((name) => ask(LEFT, name))), null)).toEqual([]);
  });

  test('names that the lock has are nobody’s guesses', () => {
    const record = story(guesses.map((name) => miss(LEFT, name)));
    expect(said(record, accepted(record))).toEqual([]);
  });
});

describe('severities', () => {
  const record = story([connect(LEFT, 'x.top'), connect(NPM, 'y.example')]);

  test('the user’s word for a rule counts, and the highest of a cause is the finding', () => {
    expect(said(record)).toEqual(['high new-destination + risky-tld', 'high new-destination']);
    expect(said(record, LOCK, { severities: { 'new-destination': 'low' } })).toEqual([
      'medium risky-tld + new-destination',
      'low new-destination',
    ]);
    expect(said(record, LOCK, { severities: { 'risky-tld': 'critical' } })[0]).toBe(
      'critical risky-tld + new-destination',
    );
  });

  test('the same events make the same findings, whatever their order', () => {
    const reversed = { ...record, destinations: record.destinations.toReversed() };
    expect(detect({ record: reversed, lock: LOCK })).toEqual(detect({ record, lock: LOCK }));
  });
});

test('a flood of 20,000 names by one package is one finding, in little time', () => {
  const events = Array.from({ length: 20_000 }, (_, index) =>
    miss(LEFT, `n${index}.x${index % 700}.example`),
  );
  const record = story(events);
  const before = performance.now();
  const found = findings(record);
  expect(performance.now() - before).toBeLessThan(5000);
  expect(found.map(({ rule, also }) => [rule, also])).toEqual([['dga', ['new-destination']]]);
});
