import { expect, test } from 'vitest';
import type { ThreatIndex } from '../../../src/policy/detectors/context.js';
import { pick, seeded } from './names.js';
import {
  ask,
  CURL,
  connect,
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

/** Only the shapes on the wire, with reserved names and documentation addresses. */
const HEX = '0123456789abcdef';
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const hex = (text: string): string => Buffer.from(text).toString('hex');

test('code from a paste site, a token in a header to hosts of statistics', () => {
  const threats: ThreatIndex = {
    lookup: (host) =>
      host === 'paste.example' ? { origin: 'profile threats/paste-sites', note: 'paste site' } : null,
  };
  const record = story([
    ask(LEFT, 'paste.example'),
    connect(LEFT, 'paste.example'),
    ask(LEFT, 'stats-one.example'),
    connect(LEFT, 'stats-one.example'),
  ]);
  expect(said(record, LOCK, { threats })).toEqual([
    'critical threat-list + new-destination',
    'high new-destination',
  ]);
  expect(findings(record, LOCK, { threats })[0]?.message).toContain(
    'profile threats/paste-sites (paste site)',
  );
});

test('a POST to a host on 8080, and to an address', () => {
  const record = story([
    ask(RIGHT, 'collector.example'),
    connect(RIGHT, 'collector.example', { port: 8080, protocol: 'http' }),
    connect(RIGHT, '203.0.113.9', { port: 8080, protocol: 'http' }),
  ]);
  expect(said(record)).toEqual(['high new-destination', 'high direct-address']);
  expect(said(record, null)).toEqual(['medium direct-address']);
});

test('dependency confusion: host and user in hexadecimal labels', () => {
  const name = `${hex('build-7')}.${hex('root')}.${hex('/work/app')}.in.collector.example`;
  const record = story([ask(LEFT, name, { answers: [] })]);
  expect(said(record)).toEqual(['high dns-tunnel + new-destination']);
  expect(said(record, null)).toEqual(['medium dns-tunnel']);
  expect(findings(record)[0]?.message).toContain('about 20 B');
});

test('a download from an address, and a mining pool on 443', () => {
  const record = story([
    connect(LEFT, '203.0.113.44', { port: 80, protocol: 'http' }),
    ask(LEFT, 'pool.example'),
    connect(LEFT, 'pool.example', { port: 443, protocol: 'stratum' }),
  ]);
  expect(said(record)).toEqual(['critical protocol-port-mismatch + new-destination', 'high direct-address']);
  expect(said(record, null)[0]).toBe('critical protocol-port-mismatch');
});

test.for([
  { protocol: 'ldap' as const, port: 1389 },
  { protocol: 'ldap' as const, port: 389 },
  { protocol: 'rmi' as const, port: 1099 },
])('Log4Shell: $protocol on $port is one critical finding, lock or none', ({ protocol, port }) => {
  const record = story([connect(RIGHT, '203.0.113.66', { port, protocol })]);
  expect(said(record)).toEqual(['critical protocol-port-mismatch + direct-address']);
  expect(said(record, null)).toEqual(['critical protocol-port-mismatch + direct-address']);
  const [finding] = findings(record);
  expect(finding?.message).toMatch(/Log4Shell.*by `right@2\.0\.0`.*; also direct-address$/);
});

test('encrypted chunks as labels below one domain: one finding for 200 names', () => {
  const random = seeded(11);
  const names = Array.from({ length: 200 }, () => `${pick(random, HEX, 60)}.chunks.cfd`);
  const record = story(names.map((name) => ask(LEFT, name, { answers: [] })));
  expect(said(record)).toEqual(['critical dns-tunnel + risky-tld + new-destination']);
  expect(said(record, null)).toEqual(['high dns-tunnel + risky-tld']);
  expect(findings(record)[0]).toMatchObject({ destination: '*.chunks.cfd', package: 'left@1.2.4' });
  expect(findings(record)[0]?.message).toMatch(
    /^200 names below `chunks\.cfd` by `left@1\.2\.4` .* about 6\.0 kB, 60 characters a name at 3\.8 bits each, confidence high/,
  );
});

test('a tunnel that the policy has refused says that nothing got out', () => {
  const random = seeded(12);
  const names = Array.from({ length: 20 }, () => `${pick(random, BASE32, 40)}.t.example`);
  const record = story(names.map((name) => miss(LEFT, name, { verdict: 'blocked' })));
  expect(said(record)).toEqual(['critical dns-tunnel + blocked + new-destination']);
  expect(findings(record)[0]?.message).toContain('none of which got out');
});

test('a look-alike host below a risky suffix', () => {
  const record = story([ask(RIGHT, 'githuh.xyz'), connect(RIGHT, 'githuh.xyz')]);
  expect(said(record)).toEqual(['high lookalike + risky-tld + new-destination']);
});

test('mining on 8080 after a binary from a trusted host', () => {
  const record = story([
    ask(LEFT, 'api.github.com'),
    connect(LEFT, 'api.github.com'),
    ask(LEFT, 'pool.example'),
    connect(LEFT, 'pool.example', { port: 8080, protocol: 'stratum' }),
  ]);
  expect(said(record)).toEqual([
    'critical protocol-port-mismatch + new-destination',
    'high allowed-host-new-package',
  ]);
});

test('a shell to an address on 31337', () => {
  expect(said(story([connect(LEFT, '203.0.113.31', { port: 31_337, protocol: 'unknown' })]))).toEqual([
    'high direct-address',
  ]);
});

test('HTTP on the ports of databases', () => {
  const record = story([
    connect(LEFT, '203.0.113.50', { port: 3306, protocol: 'http' }),
    connect(LEFT, '203.0.113.50', { port: 27_017, protocol: 'http' }),
  ]);
  expect(said(record)).toEqual(Array(2).fill('high protocol-port-mismatch + direct-address'));
  expect(findings(record)[0]?.message).toMatch(/HTTP on the port of (MySQL|MongoDB)/);
});

test("repositories made through the code host's own API, by a package that never used it", () => {
  const record = story([ask(LEFT, 'api.github.com'), connect(LEFT, 'api.github.com')]);
  expect(said(record)).toEqual(['high allowed-host-new-package']);
  expect(findings(record)[0]?.message).toContain('known for right, now by `left@1.2.4` (postinstall)');
});

test('a package that publishes where the package manager fetches', () => {
  const record = story([ask(LEFT, 'registry.example'), connect(LEFT, 'registry.example')]);
  expect(said(record)).toEqual(['high allowed-host-new-package']);
});

test('the metadata address, and a collector of webhooks', () => {
  const record = story([
    connect(LEFT, '169.254.169.254', { port: 80, protocol: 'http' }),
    ask(LEFT, 'hooks.collector.example'),
    connect(LEFT, 'hooks.collector.example'),
  ]);
  expect(said(record)).toEqual([
    'critical metadata-address + private-address + direct-address',
    'high new-destination',
  ]);
  expect(said(record, null)).toEqual(['high metadata-address + private-address + direct-address']);
});

test('a package manager that fetches from a stranger in clear text', () => {
  const record = story([
    ask(NPM, 'packages.stranger.example'),
    connect(NPM, 'packages.stranger.example', { port: 80, protocol: 'http' }),
  ]);
  expect(said(record)).toEqual(['high protocol-port-mismatch + new-destination']);
});

test('a worker host, then generated names over ten suffixes', () => {
  const random = seeded(13);
  const suffixes = ['com', 'net', 'org', 'info', 'biz', 'ru', 'top', 'xyz', 'cc', 'pw'];
  const names = suffixes.map((suffix) => `${pick(random, BASE32, 13)}.${suffix}`);
  const record = story([
    ask(LEFT, 'worker.example'),
    connect(LEFT, 'worker.example'),
    ask(LEFT, 'api.github.com'),
    connect(LEFT, 'api.github.com'),
    ...Array.from({ length: 12 }, () => ask(LEFT, `${pick(random, BASE32, 50)}.t.example`, { answers: [] })),
    ...names.map((name) => miss(LEFT, name)),
  ]);
  expect(said(record)).toEqual([
    'critical dns-tunnel + new-destination',
    'critical dga + risky-tld + new-destination',
    'high new-destination',
    'high allowed-host-new-package',
  ]);
});

test('a clear-text POST to port 8000, each minute', () => {
  const record = story([
    ask(LEFT, 'beacon.example'),
    ...Array.from({ length: 6 }, (_, beat) =>
      connect(LEFT, 'beacon.example', {
        port: 8000,
        protocol: 'http',
        at: 1000 + beat * 60_000 + beat * 37,
      }),
    ),
  ]);
  expect(said(record)).toEqual(['high protocol-port-mismatch + beacon + new-destination']);
  expect(said(record, null)).toEqual(['medium protocol-port-mismatch + beacon']);
});

test('TXT queries to its own resolver, on 53 and 443', () => {
  const random = seeded(14);
  const chunks = Array.from({ length: 6 }, () => `${pick(random, BASE32, 40)}.x.example`);
  const own = { server: '203.0.113.53', ownResolver: true, type: 'TXT', answers: [] };
  const record = story([
    ...chunks.map((name) => ask(CURL, name, own)),
    connect(CURL, '203.0.113.53', { port: 443, protocol: 'dns' }),
  ]);
  expect(said(record)).toEqual([
    'critical dns-tunnel + new-destination',
    'high own-resolver + protocol-port-mismatch',
    'high own-resolver',
  ]);
});

test('a new host with the path of a collector of traces', () => {
  const record = story([
    ask(LEFT, 'otel.example'),
    connect(LEFT, 'otel.example'),
    request(2, 'otel.example', { path: '/v1/traces' }),
  ]);
  expect(said(record)).toEqual(['high new-destination']);
});

test('an address on 8000, then another on 443', () => {
  const record = story([
    connect(LEFT, '203.0.113.80', { port: 8000, protocol: 'http' }),
    connect(LEFT, '203.0.113.81', { port: 443 }),
  ]);
  expect(said(record)).toEqual(['high protocol-port-mismatch + direct-address', 'high direct-address']);
});
