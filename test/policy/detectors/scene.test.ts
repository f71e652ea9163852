import { expect, test } from 'vitest';
import { createScene } from '../../../src/policy/detectors/scene.js';
import { destination } from '../runs.js';
import { accepted, ask, connect, LEFT, LOCK, miss, NPM, RIGHT, story } from './scenes.js';

test('a flow belongs to the destination that a stack has named, among the names of its address', () => {
  const record = story([connect(LEFT, 'cdn.example', { resolvedNames: ['cdn.example', 'meant.example'] })]);
  const [counted] = record.destinations;
  const meant = { ...counted!, host: 'meant.example' };
  const scene = createScene({ record: { ...record, destinations: [meant] }, lock: null });
  expect(scene.visits.map(({ label, flows }) => [label, flows.length])).toEqual([
    ['meant.example:443/tls', 1],
  ]);
  const stranger = { ...meant, addresses: ['203.0.113.99'] };
  const other = createScene({ record: { ...record, destinations: [stranger] }, lock: null });
  expect(other.visits.map(({ flows }) => flows.length)).toEqual([0]);
});

test('of two names that share an address a flow belongs to the one that its own package went to', () => {
  const shared = { resolvedNames: ['right.example', 'left.example'], host: 'right.example' };
  const record = story([connect(LEFT, 'left.example', shared), connect(RIGHT, 'right.example', shared)]);
  const [both] = record.destinations;
  const by = (name: string) => both!.attributions.filter((one) => one.package?.name === name);
  const destinations = ['left', 'right'].map((name) => ({
    ...both!,
    host: `${name}.example`,
    attributions: by(name),
  }));
  const { visits } = createScene({ record: { ...record, destinations }, lock: null });
  expect(visits.map(({ label, flows }) => [label, flows.map((flow) => flow.actorId)])).toEqual([
    ['left.example:443/tls', [LEFT]],
    ['right.example:443/tls', [RIGHT]],
  ]);
});

test('visits are by place and by whoever it was, each with its own flows', () => {
  const record = story([
    connect(LEFT, 'a.example', { bytesSent: 1 }),
    connect(RIGHT, 'a.example', { bytesSent: 2 }),
    connect(LEFT, 'a.example', { bytesSent: 3 }),
    ask(NPM, 'b.example'),
  ]);
  const { visits } = createScene({ record, lock: accepted(record) });
  expect(
    visits.map(({ label, who, flows, isAccepted, novelty }) => [
      label,
      who.label,
      flows.map((flow) => flow.bytesSent),
      isAccepted,
      novelty,
    ]),
  ).toEqual([
    ['a.example:443/tls', 'left@1.2.4', [1, 3], true, null],
    ['a.example:443/tls', 'right@2.0.0', [2], true, null],
    ['b.example', '(npm)', [], true, null],
  ]);
});

test('a name whose look-ups were all refused is a visit, one that was reached is none of its own', () => {
  const record = story([
    miss(LEFT, 'refused.example', { verdict: 'blocked' }),
    miss(RIGHT, 'reached.example', { verdict: 'blocked' }),
    connect(LEFT, 'reached.example'),
  ]);
  const { visits } = createScene({ record, lock: LOCK });
  expect(visits.map(({ label, novelty }) => [label, novelty])).toEqual([
    ['reached.example:443/tls', 'new-destination'],
    ['refused.example', 'new-destination'],
  ]);
});

test('hosts are compared in one spelling', () => {
  const record = story([], { destinations: [destination('X.Example.', 443)] });
  expect(createScene({ record, lock: null }).visits.map(({ host }) => host)).toEqual(['x.example']);
});
