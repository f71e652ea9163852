import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createInsiders } from '../../../src/attribution/stacks/insiders.js';
import type { Actor } from '../../../src/model/actor.js';
import type { Claim, HeardClaim } from '../../../src/model/claim.js';
import { actor } from '../../report/sample.js';
import { frame } from './sample-frame.js';

const ROOT = '/work/app';
const CODE = 'module.exports = 1;';
const HASH = createHash('sha256').update(CODE).digest('hex');
const WEB = { address: '192.0.2.1', port: 443, localPort: 40001 };
const TCP = { actorId: 1, transport: 'tcp', at: 10, ...WEB } as const;
const UDP = { ...TCP, transport: 'udp' } as const;

const stack = (id: number, name: string): Claim => ({
  kind: 'stack',
  id,
  frames: [{ ...frame, file: `${ROOT}/node_modules/${name}/index.js`, hash: HASH }],
});
const connect = (by: number | null, more: object = {}): Claim => ({
  kind: 'connect',
  ...WEB,
  host: 'x.example',
  socket: 7,
  stack: by,
  ...more,
});
const send = (by: number | null): Claim => ({ kind: 'datagram', ...WEB, host: null, stack: by });
const request = (by: number | null): Claim => ({ kind: 'request', socket: 7, stack: by });
const lookUp = (by: number | null): Claim => ({ kind: 'lookup', name: 'X.example', stack: by });

/** A process with a hook, whose packages are `left` (stack 1) and `right` (stack 2), told of bit by bit. */
function open() {
  const actors: Actor[] = [];
  const claims: HeardClaim[] = [];
  const files = { realPath: (path: string) => path, read: () => Buffer.from(CODE), changedAt: () => 0 };
  const names = { httpClients: new Set(['client']), testRunners: new Set<string>() };
  const setting = { projectRoot: ROOT, tree: null, names, parse: () => null, files, startedAt: 1 };
  const insiders = createInsiders(setting, () => 'app');
  const tell = (...told: readonly Claim[]) => {
    for (const claim of told)
      claims.push({ pid: 101, thread: 0, seq: claims.length, token: 'own', at: 10, claim });
    insiders.update(actors, claims);
  };
  actors.push({ ...actor(1, ['node', 'x.js']), preload: { image: 'one', isFirst: true } });
  tell({ kind: 'hello', version: 'v20', image: 'one' }, stack(1, 'left'), stack(2, 'right'));
  return { insiders, actors, claims, tell };
}

test('a connection is of those who have used it by now', () => {
  const { insiders, tell } = open();
  tell(connect(1));
  expect(insiders.ofFlow(TCP)).toEqual(['left']);
  tell(request(1));
  expect(insiders.ofFlow(TCP)).toEqual(['left']);
  tell(request(2));
  expect(insiders.ofFlow(TCP)).toEqual(['left', 'right']);
  expect(insiders.ofFlow({ ...TCP, localPort: 40002 })).toEqual(['(process) node x.js']);
  expect(insiders.ofFlow({ ...UDP })).toEqual(['(process) node x.js']);
});

test('one that nobody has used yet is not known, until somebody does', () => {
  const { insiders, tell } = open();
  tell(connect(null));
  expect(insiders.ofFlow(TCP)).toBe(null);
  tell(request(2));
  expect(insiders.ofFlow(TCP)).toEqual(['right']);
});

test('a port that is used again is another connection', () => {
  const { insiders, tell } = open();
  tell(connect(1), connect(2, { socket: 8 }));
  expect(insiders.ofFlow(TCP)).toEqual(['right']);
});

test('what was claimed before a connection was called for is of another, and so is what its process was before', () => {
  const { insiders, actors, claims, tell } = open();
  tell(connect(1));
  expect(insiders.ofFlow({ ...TCP, at: 10.5 })).toEqual(['(process) node x.js']);
  actors.push({ ...actor(2, ['node', 'y.js']), pid: 101, startedAt: 11 });
  insiders.update(actors, claims);
  expect(insiders.ofFlow({ ...TCP, actorId: 2 })).toEqual(['app']);
});

test('whoever is not known among those who use a flow is the process itself', () => {
  const evaluated: Claim = { kind: 'stack', id: 3, frames: [{ ...frame, file: 'evalmachine.<anonymous>' }] };
  for (const [use, key] of [
    [request, TCP],
    [send, UDP],
  ] as const) {
    for (const by of [null, 3, 99]) {
      const { insiders, tell } = open();
      tell(evaluated, connect(1), use(1), use(by));
      expect(insiders.ofFlow(key)).toEqual(['left', 'app']);
    }
  }
  const { insiders, tell } = open();
  tell(connect(99));
  expect(insiders.ofFlow(TCP)).toEqual(['app']);
});

test('datagrams of one flow are of all who have sent them', () => {
  const { insiders, tell } = open();
  tell(send(1));
  expect(insiders.ofFlow(UDP)).toEqual(['left']);
  tell(send(2));
  expect(insiders.ofFlow(UDP)).toEqual(['left', 'right']);
});

test('a name is of those who have asked for it, however it was spelled', () => {
  const { insiders, tell } = open();
  expect(insiders.ofLookUp(1, 'x.example')).toEqual([]);
  tell(lookUp(2));
  expect(insiders.ofLookUp(1, 'x.example')).toEqual(['right']);
  expect(insiders.ofLookUp(2, 'x.example')).toEqual([]);
});

test('what only clients stand behind is the process itself', () => {
  const { insiders, tell } = open();
  tell(stack(3, 'client'), connect(3));
  expect(insiders.ofFlow(TCP)).toEqual(['app']);
});

test('a record that is not the hook’s changes nobody, and what nothing is claimed of is the project’s from then on', () => {
  const { insiders, actors, claims } = open();
  const forged = (claim: Claim): HeardClaim => ({
    pid: 101,
    thread: 0,
    seq: 99,
    token: 'mine',
    at: 11,
    claim,
  });
  claims.push(forged(connect(1)));
  insiders.update(actors, claims);
  expect(insiders.ofFlow(TCP)).toEqual(['app']);
});

test('a process without a hook, and one that is not known, is itself', () => {
  const { insiders, actors, claims } = open();
  actors.push(actor(2, ['node', 'y.js']));
  insiders.update(actors, claims);
  expect(insiders.ofFlow({ ...TCP, actorId: 2 })).toEqual(['app']);
  expect(insiders.ofFlow({ ...TCP, actorId: 3 })).toEqual(['app']);
});

test('an endless number of stacks is not read', () => {
  const { insiders, tell } = open();
  tell(connect(1));
  for (let id = 10; id < 4200; id += 1) tell({ ...stack(id, 'left') }, request(id));
  expect(insiders.ofFlow(TCP)).toEqual(['app']);
});
