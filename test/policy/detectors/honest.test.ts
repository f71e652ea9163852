import { describe, expect, test } from 'vitest';
import { SEVERITIES } from '../../../src/model/finding.js';
import type { RunRecord } from '../../../src/model/record.js';
import { accepted, ask, CURL, connect, findings, LEFT, LOCK, miss, NPM, RIGHT, story } from './scenes.js';

/** Traffic of honest installs and tests, each as it was measured or is documented. */
const HONEST: Readonly<Record<string, RunRecord>> = {
  'the registry, 600 connections of a package manager': story([
    ask(NPM, 'registry.example'),
    ...Array.from({ length: 600 }, (_, index) =>
      connect(NPM, 'registry.example', { at: 20 + index * 7 + (index % 13) * 3, bytesReceived: 90_000 }),
    ),
  ]),
  'a release download with its redirect': story([
    ask(LEFT, 'github.com'),
    connect(LEFT, 'github.com'),
    ask(LEFT, 'release-assets.githubusercontent.com'),
    connect(LEFT, 'release-assets.githubusercontent.com', { bytesReceived: 8_000_000 }),
  ]),
  'engines of an object mapper, its host unreachable': story([
    ask(LEFT, 'binaries.prisma.sh'),
    ...[0, 900, 3100].map((at) =>
      connect(LEFT, 'binaries.prisma.sh', { at, protocol: 'none', failure: 'ECONNREFUSED', bytesSent: 0 }),
    ),
  ]),
  'a browser from object storage': story([
    ask(LEFT, 'storage.googleapis.com'),
    connect(LEFT, 'storage.googleapis.com', { bytesReceived: 180_000_000 }),
  ]),
  'services of the loopback': story([
    connect(LEFT, 'localhost', {
      address: '127.0.0.1',
      hostSource: 'loopback',
      port: 5432,
      protocol: 'unknown',
    }),
    connect(LEFT, 'localhost', { address: '::1', hostSource: 'loopback', port: 3000, protocol: 'http' }),
    connect(LEFT, 'localhost', { address: '127.0.0.1', hostSource: 'loopback', port: 389, protocol: 'ldap' }),
    ...Array.from({ length: 9 }, (_, index) =>
      connect(LEFT, 'localhost', {
        address: '127.0.0.1',
        hostSource: 'loopback',
        port: 8500,
        at: index * 2000,
      }),
    ),
  ]),
  'content networks with hashes in their names': story(
    [
      'd1a2b3c4.cloudfront.net',
      'd3k8x7q2v9z1m4.cloudfront.net',
      'a3f9c2e17b6d4480.cdn.example',
      'pipelinesproxwus31.blob.core.windows.net',
      'pipelinesproxwus32.blob.core.windows.net',
      'o4505123456789012.ingest.us.sentry.io',
      'k7xq2m9z4v-dsn.algolia.net',
      'd8f9a0b1c2d34e5f8a7b6c5d4e3f2a1b.us-central1.gcp.cloud.es.io',
      'my-lb-1234567890.us-east-1.elb.amazonaws.com',
      '123456789012.dkr.ecr.us-east-1.amazonaws.com',
    ].flatMap((host) => [ask(RIGHT, host), connect(RIGHT, host)]),
  ),
  'a cluster found by SRV and TXT': story([
    ask(RIGHT, '_mongodb._tcp.cluster0.abc12.mongodb.net', { type: 'SRV', answers: [] }),
    ask(RIGHT, 'cluster0.abc12.mongodb.net', { type: 'TXT', answers: ['authSource=admin'] }),
    ask(RIGHT, 'cluster0-shard-00-00.abc12.mongodb.net'),
    connect(RIGHT, 'cluster0-shard-00-00.abc12.mongodb.net', { port: 27_017 }),
  ]),
  'IPv6 addresses and international names': story([
    ask(LEFT, 'xn--bcher-kva.example', { type: 'AAAA', answers: ['2001:db8::7'] }),
    connect(LEFT, 'xn--bcher-kva.example', { address: '2001:db8::7' }),
    ask(LEFT, 'xn--e1afmkfd.xn--p1ai'),
    connect(LEFT, 'xn--e1afmkfd.xn--p1ai'),
    ask(LEFT, 'xn--fiqs8s.example'),
    ask(LEFT, 'xn--mgbh0fb.example'),
    ask(LEFT, 'xn--hxajbheg2az3al.example'),
  ]),
  'reverse look-ups, whose names are addresses': story(
    [
      '7.113.0.203.in-addr.arpa',
      '7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
    ].map((name) => ask(RIGHT, name, { type: 'PTR', answers: ['edge-7.cdn.example'] })),
  ),
  'names with the search domain behind them': story(
    [
      'registry.example',
      'github.com',
      'storage.googleapis.com',
      'api.github.com',
      'nodejs.org',
      'sentry.io',
    ].flatMap((name) => [
      miss(NPM, `${name}.corp.internal`, { meant: name }),
      ask(NPM, name),
      connect(NPM, name),
    ]),
  ),
  'a search domain that answers all names': story([
    miss(NPM, 'db.office.example', { meant: 'db' }),
    ask(NPM, 'github.com.office.example'),
    connect(NPM, 'github.com.office.example'),
  ]),
  'services of a private network by private names': story([
    ask(RIGHT, 'db', { answers: ['172.18.0.2'] }),
    connect(RIGHT, 'db', { address: '172.18.0.2', port: 5432, protocol: 'unknown' }),
    ask(RIGHT, 'cache.corp.internal', { answers: ['10.1.2.3'] }),
    connect(RIGHT, 'cache.corp.internal', { address: '10.1.2.3', port: 6379, protocol: 'unknown' }),
    ...Array.from({ length: 8 }, (_, index) =>
      connect(RIGHT, 'db', { address: '172.18.0.2', port: 8080, protocol: 'http', at: index * 1000 }),
    ),
  ]),
  'a corporate registry by a public name in a private network': story([
    ask(NPM, 'registry.office.example', { answers: ['10.9.8.7'] }),
    connect(NPM, 'registry.office.example', { address: '10.9.8.7', port: 4873, protocol: 'http' }),
  ]),
  'clones over SSH, on both ports': story([
    ask(CURL, 'github.com'),
    connect(CURL, 'github.com', { port: 22, protocol: 'ssh' }),
    ask(CURL, 'ssh.github.com'),
    connect(CURL, 'ssh.github.com', { protocol: 'ssh' }),
  ]),
  'a browser that greases its hellos': story([
    ask(RIGHT, 'www.google.com'),
    connect(RIGHT, 'www.google.com', { ech: true, alpn: ['h2', 'http/1.1'] }),
  ]),
  'an SDK that looks for a machine role': story([
    connect(RIGHT, 'collector.example', { at: 5 }),
    ask(RIGHT, 'collector.example'),
  ]),
  'a test suite with 40 sites, some odd, some gone': story(
    [
      'rabbitmq.com',
      'gatsbyjs.com',
      'akamaihd.net',
      'rijksoverheid.nl',
      ...Array.from(
        { length: 36 },
        (_, index) =>
          `${['blue', 'green', 'market', 'station', 'harbor', 'window'][index % 6]}${['river', 'stone', 'field', 'light', 'house', 'works'][Math.floor(index / 6)]}.example`,
      ),
    ].map((name, index) => (index % 9 === 0 ? miss(RIGHT, name) : ask(RIGHT, name))),
  ),
};

describe.each(Object.entries(HONEST))('%s', (_, record) => {
  test('raises nothing once it is in the lock', () => {
    expect(findings(record, accepted(record))).toEqual([]);
  });

  test('raises nothing above medium without a lock', () => {
    const grave = findings(record, null).filter(
      ({ severity }) => SEVERITIES.indexOf(severity) > SEVERITIES.indexOf('medium'),
    );
    expect(grave).toEqual([]);
  });

  test('is only new, or an address, where the lock has other things', () => {
    const odd = findings(record, LOCK).filter(({ severity }) => severity === 'critical');
    expect(odd).toEqual([]);
  });
});

test('hashes of content networks are no tunnel, and odd brands no generator, lock or none', () => {
  const rules = Object.values(HONEST)
    .flatMap((record) => [...findings(record, null), ...findings(record)])
    .flatMap(({ rule, also = [] }) => [rule, ...also]);
  for (const rule of [
    'dns-tunnel',
    'dga',
    'lookalike',
    'beacon',
    'volume-spike',
    'sni-mismatch',
    'risky-tld',
  ])
    expect(rules).not.toContain(rule);
});
