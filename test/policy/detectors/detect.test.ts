import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Lock } from '../../../src/model/lock.js';
import { findingLines, placesTwice } from '../../incidents/findings.js';
import { history, past } from './pasts.js';
import { ask, CURL, connect, datagrams, findings, LEFT, LOCK, miss, NPM, RIGHT, story } from './scenes.js';

type Event = ReturnType<typeof ask>;

const ENCODED = 'nbswy3dpeb3w64tmmqqhg2lhnzqxi5lsmvzsaylomqqgc3djmvxhg';
const GENERATED = [
  'kqzxwvjyhtplmbn.com',
  'xvbqjzkwphdgtfm.net',
  'zjxkqvwbnmtrpld.top',
  'pqzjwxkvbgtdmhf.xyz',
];
const REFUSED = { verdict: 'blocked', failure: 'ECONNREFUSED', protocol: 'none', bytesSent: 0 } as const;

/** What one package may do, each by itself the sign of some rule. */
const DEEDS: Readonly<Record<string, (who: number) => readonly Event[]>> = {
  'an accepted place': (who) => [ask(who, 'files.example'), connect(who, 'files.example')],
  'a new place': (who) => [ask(who, 'new.example'), connect(who, 'new.example')],
  'a shared host': (who) => [connect(who, 'api.github.com')],
  'a name only': (who) => [ask(who, 'name.example')],
  'a risky look-alike': (who) => [connect(who, 'githuh.xyz')],
  metadata: (who) => [connect(who, '169.254.169.254', { port: 80, protocol: 'http' })],
  'an address': (who) => [connect(who, '203.0.113.9', { port: 3306, protocol: 'http' })],
  mining: (who) => [connect(who, 'pool.example', { protocol: 'stratum' })],
  'a refusal': (who) => [
    connect(who, 'shut.example', { ...REFUSED, rule: 'rule 3' }),
    miss(who, 'shut.top', { verdict: 'blocked', rule: 'rule 4' }),
  ],
  'a spent budget': (who) => [
    connect(who, 'new.example', { verdict: 'blocked', failure: 'EBUDGET', rule: 'budget 1' }),
  ],
  'a beacon': (who) =>
    [0, 1, 2, 3, 4, 5].map((beat) =>
      connect(who, 'beacon.example', { port: 8000, protocol: 'http', at: beat * 60_000 }),
    ),
  'a resolver': (who) => [
    ask(who, 'asked.example', { server: '203.0.113.53', ownResolver: true }),
    datagrams(who, '203.0.113.53', { port: 53, protocol: 'dns' }),
    connect(who, '203.0.113.53', { protocol: 'dns' }),
  ],
  'a tunnel': (who) => [
    ...[0, 1, 2, 3].map((at) => ask(who, `${at}${ENCODED.slice(at, at + 40)}.tunnel.example`)),
    connect(who, 'tunnel.example'),
  ],
  'LDAP beside it': (who) => [
    ask(who, 'ldap.tunnel.example'),
    connect(who, 'ldap.tunnel.example', { port: 1389, protocol: 'ldap' }),
  ],
  'generated names': (who) => GENERATED.map((name) => miss(who, name)),
  'one of them reached': (who) => [connect(who, GENERATED[2]!, { port: 22, protocol: 'http' })],
  'a tunnel below one of them': (who) =>
    [0, 1, 2].map((at) => ask(who, `${at}${ENCODED.slice(at, at + 40)}.${GENERATED[3]}`)),
};

const LOCKS: Readonly<Record<string, Lock | null>> = {
  'with a lock': LOCK,
  'with a lock that knows no package': { ...LOCK, rows: LOCK.rows.slice(0, 1) },
  'without a lock': null,
};

test.for(Object.entries(LOCKS))(
  'whatever packages do, none of their places stands in two findings, %s',
  ([, lock]) => {
    const deed = fc.tuple(fc.constantFrom(LEFT, RIGHT, NPM, CURL), fc.constantFrom(...Object.keys(DEEDS)));
    const before = history([past('z.example')]);
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 16 }), (deeds) => {
        const record = story(deeds.flatMap(([who, name]) => DEEDS[name]!(who)));
        const found = findings(record, lock, { history: before });
        expect(placesTwice(found), findingLines(found).join('\n')).toEqual([]);
      }),
      { seed: 20_261_130, numRuns: 300 },
    );
  },
);

test('all of it by one package that nobody knows', () => {
  const record = story(Object.values(DEEDS).flatMap((deed) => deed(RIGHT)));
  expect(findingLines(findings(record, { ...LOCK, rows: LOCK.rows.slice(0, 2) }))).toEqual([
    'critical: metadata-address + private-address + direct-address + first-egress-of-package: 169.254.169.254:80/http: right@2.0.0',
    'critical: protocol-port-mismatch + dns-tunnel + new-destination + first-egress-of-package: ldap.tunnel.example:1389/ldap: right@2.0.0',
    'critical: protocol-port-mismatch + new-destination + first-egress-of-package: pool.example:443/stratum: right@2.0.0',
    'high: blocked + risky-tld + new-destination + first-egress-of-package: shut.top: right@2.0.0',
    'high: budget-exceeded + new-destination + first-egress-of-package: new.example:443/tls: right@2.0.0',
    'high: dga + new-destination + first-egress-of-package: kqzxwvjyhtplmbn.com pqzjwxkvbgtdmhf.xyz xvbqjzkwphdgtfm.net zjxkqvwbnmtrpld.top: right@2.0.0',
    'high: dns-tunnel + dga + risky-tld + new-destination + first-egress-of-package: *.pqzjwxkvbgtdmhf.xyz: right@2.0.0',
    'high: dns-tunnel + new-destination + first-egress-of-package: *.tunnel.example: right@2.0.0',
    'high: first-egress-of-package + blocked + new-destination + new-package-for-destination: api.github.com:443/tls asked.example files.example:443/tls name.example shut.example:443/none: right@2.0.0',
    'high: lookalike + risky-tld + new-destination + first-egress-of-package: githuh.xyz:443/tls: right@2.0.0',
    'high: own-resolver + first-egress-of-package: 203.0.113.53:53/dns: right@2.0.0',
    'high: own-resolver + protocol-port-mismatch + first-egress-of-package: 203.0.113.53:443/dns: right@2.0.0',
    'high: protocol-port-mismatch + beacon + new-destination + first-egress-of-package: beacon.example:8000/http: right@2.0.0',
    'high: protocol-port-mismatch + dga + risky-tld + new-destination + first-egress-of-package: zjxkqvwbnmtrpld.top:22/http: right@2.0.0',
    'high: protocol-port-mismatch + direct-address + first-egress-of-package: 203.0.113.9:3306/http: right@2.0.0',
  ]);
});
