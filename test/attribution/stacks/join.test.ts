import { describe, expect, test } from 'vitest';
import { readClaims } from '../../../src/attribution/stacks/heard.js';
import { joinClaims } from '../../../src/attribution/stacks/join.js';
import type { Claim, HeardClaim } from '../../../src/model/claim.js';
import type { ConnectionEvent } from '../../../src/model/event.js';
import { actor, query } from '../../report/sample.js';
import { frame } from './sample-frame.js';

const OWN = '192.0.2.53';
const GIVEN = '198.51.100.53';
const WEB = { address: '192.0.2.1', port: 443 };
const stack = (id: number, file: string): Claim => ({ kind: 'stack', id, frames: [{ ...frame, file }] });
const sent = (address: string, by: number): Claim => ({
  kind: 'datagram',
  address,
  port: 53,
  localPort: 40_000 + by,
  host: null,
  stack: by,
});

function connection(id: number, at: number): ConnectionEvent {
  return {
    kind: 'connection',
    id,
    at,
    actorId: 1,
    ...WEB,
    localPort: 40_000,
    host: 'x.example',
    hostSource: 'dns',
    resolvedNames: ['x.example'],
    protocol: 'tls',
    bytesSent: 0,
    bytesReceived: 0,
    verdict: 'allowed',
    failure: null,
    durationMs: 1,
  } as unknown as ConnectionEvent;
}

/** Connections from the same port, by the times of their calls; and what was claimed of them, by time and stack. */
function joinConnections(calls: readonly number[], claims: readonly (readonly [at: number, by: number])[]) {
  const told: (readonly [number, Claim])[] = [
    [0, { kind: 'hello', version: 'v20', image: 'one' }],
    [0, stack(1, '/app/a.js')],
    [0, stack(2, '/app/b.js')],
    ...claims.map(
      ([at, by]) =>
        [at, { kind: 'connect', ...WEB, localPort: 40_000, host: null, socket: at, stack: by }] as const,
    ),
  ];
  const heard = told.map(
    ([at, claim], seq): HeardClaim => ({ pid: 101, thread: 0, seq, token: 'own', at, claim }),
  );
  const actors = [{ ...actor(1, ['node']), preload: { image: 'one', isFirst: true } }];
  const events = calls.map((at, index) => connection(index + 1, at));
  const { stacks, unmatched } = joinClaims(events, actors, readClaims(heard, actors));
  return {
    files: events.map(({ id }) => [...(stacks.get(id) ?? [])].map(([frame]) => frame?.file)),
    unmatched,
  };
}

describe('connections from a port that is used again', () => {
  test.for([
    [
      'each was claimed',
      [10, 20],
      [
        [11, 1],
        [21, 2],
      ],
      [['/app/a.js'], ['/app/b.js']],
      0,
    ],
    [
      'the claims were read late',
      [10, 20],
      [
        [21, 1],
        [22, 2],
      ],
      [['/app/a.js'], ['/app/b.js']],
      0,
    ],
    ['nothing was claimed of the second', [10, 20], [[11, 1]], [['/app/a.js'], []], 0],
    ['nothing was claimed of the first', [10, 20], [[21, 2]], [[], ['/app/b.js']], 0],
    [
      'one was claimed and never made',
      [10],
      [
        [9, 1],
        [11, 2],
      ],
      [['/app/b.js']],
      1,
    ],
  ] as const)('%s', ([, calls, claims, files, unmatched]) => {
    expect(joinConnections(calls, claims)).toEqual({ files, unmatched });
  });
});

/** What a process with two packages has claimed, held against its queries. */
function join(claims: readonly Claim[], queries: Parameters<typeof joinClaims>[0]) {
  const hello: Claim = { kind: 'hello', version: 'v20', image: 'one' };
  const all = [hello, stack(1, '/app/a.js'), stack(2, '/app/b.js'), ...claims];
  const heard = all.map(
    (claim, seq): HeardClaim => ({ pid: 101, thread: 0, seq, token: 'own', at: 10, claim }),
  );
  const actors = [{ ...actor(1, ['node']), preload: { image: 'one', isFirst: true } }];
  const { stacks, byServer, unmatched } = joinClaims(queries, actors, readClaims(heard, actors));
  const files = [...stacks].map(([id, set]) => [id, [...set].map(([innermost]) => innermost?.file)]);
  return { files: Object.fromEntries(files), byServer: [...byServer], unmatched };
}

describe('queries that a program writes itself', () => {
  const own = query(1, 'x.example', { server: OWN, ownResolver: true });

  test('to a server of its own choice: whoever has sent something there', () => {
    expect(join([sent(OWN, 1)], [own])).toEqual({ files: { 1: ['/app/a.js'] }, byServer: [1], unmatched: 0 });
  });

  test('a name that was asked through the system is told by its look-up', () => {
    const lookup: Claim = { kind: 'lookup', name: 'x.example', stack: 2 };
    const joined = join([sent(OWN, 1), lookup], [own]);
    expect(joined).toEqual({ files: { 1: ['/app/b.js'] }, byServer: [], unmatched: 0 });
  });

  test('several senders are all there, and marked', () => {
    const joined = join([sent(OWN, 1), sent(OWN, 2)], [own]);
    expect(joined).toEqual({ files: { 1: ['/app/a.js', '/app/b.js'] }, byServer: [1], unmatched: 0 });
  });

  test('to the given resolver they name nobody, since native code asks there too', () => {
    expect(join([sent(GIVEN, 1)], [query(1, 'x.example')])).toEqual({
      files: {},
      byServer: [],
      unmatched: 0,
    });
  });

  test('what nobody has asked is unmatched', () => {
    expect(join([sent(OWN, 1)], [query(1, 'x.example')])).toEqual({ files: {}, byServer: [], unmatched: 1 });
  });
});
