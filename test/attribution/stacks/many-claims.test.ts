import { expect, test } from 'vitest';
import { attributeStacks } from '../../../src/attribution/stacks/attribute-stacks.js';
import { readClaims } from '../../../src/attribution/stacks/heard.js';
import { joinClaims } from '../../../src/attribution/stacks/join.js';
import type { Actor } from '../../../src/model/actor.js';
import type { Claim, HeardClaim } from '../../../src/model/claim.js';
import type { EgressEvent } from '../../../src/model/event.js';
import { actor, attribution, query } from '../../report/sample.js';
import { frame } from './sample-frame.js';

/*
 * A process may exec itself and claim as often as it likes. With work that grows by the product of the two, each of these
 * takes minutes, and the test's time is over.
 */
const EXECS = 50_000;
const CLAIMS = 200_000;
const PID = 102;

const execs: Actor[] = Array.from({ length: EXECS }, (_, index) => ({
  ...actor(index + 1, ['node']),
  pid: PID,
  startedAt: index,
  preload: { image: String(index), isFirst: true },
}));

function claims(make: (index: number) => Claim): HeardClaim[] {
  const hello: Claim = { kind: 'hello', version: 'v20', image: String(EXECS - 1) };
  return [hello, ...Array.from({ length: CLAIMS }, (_, index) => make(index))].map((claim, seq) => ({
    pid: PID,
    thread: 0,
    seq,
    token: 'own',
    at: EXECS + seq / CLAIMS,
    claim,
  }));
}

test('a process that execs and claims without end', () => {
  const { forged, saidHello } = readClaims(
    claims(() => ({ kind: 'lookup', name: 'x.example', stack: null })),
    execs,
  );
  expect(forged).toBe(0);
  expect([1, EXECS - 1, EXECS].map(saidHello)).toEqual([false, false, true]);
});

test('a hello of each of them', () => {
  const hellos = execs.map(
    ({ startedAt, preload }, seq): HeardClaim => ({
      pid: PID,
      thread: 0,
      seq,
      token: String(seq),
      at: startedAt + 0.5,
      claim: { kind: 'hello', version: 'v20', image: preload?.image ?? '' },
    }),
  );
  const attributions = new Map(
    execs.map(({ id }) => [id, attribution({ actorId: id, evidence: 'process-only' })]),
  );
  const events = execs.map(({ id }): EgressEvent => query(id, 'x.example', { actorId: id }));
  const { hook } = attributeStacks({
    heard: { claims: hellos.filter((_, index) => index !== 7), lost: 0, malformed: 0, isCut: false },
    events,
    actors: execs,
    attributions,
    projectRoot: '/work/app',
    tree: null,
    names: { httpClients: new Set(), testRunners: new Set() },
    parse: () => null,
    files: { realPath: () => null, read: () => null, changedAt: () => null },
    startedAt: 0,
  });
  expect(hook.silent).toEqual([8]);
});

test.for([
  [
    'look-ups of one name',
    (index: number): Claim => ({ kind: 'lookup', name: 'x.example', stack: index - 1 }),
  ],
  [
    'datagrams to one server',
    (index: number): Claim => ({
      kind: 'datagram',
      address: '192.0.2.53',
      port: 53,
      localPort: 1,
      host: null,
      stack: index - 1,
    }),
  ],
] as const)('many queries, and many %s', ([, make]) => {
  const list = claims((index) =>
    index % 2 === 0 ? { kind: 'stack', id: index, frames: [frame] } : make(index),
  );
  const [last] = execs.slice(-1) as [Actor];
  const events = execs.map(
    ({ id }): EgressEvent =>
      query(id, 'x.example', { actorId: last.id, server: '192.0.2.53', port: 53, ownResolver: true }),
  );
  const { stacks } = joinClaims(events, execs, readClaims(list, execs));
  expect(stacks.size).toBe(EXECS);
  expect(new Set([...stacks.values()].map((set) => set.size))).toEqual(new Set([CLAIMS / 2]));
});
