import { expect, test } from 'vitest';
import type { Attribution } from '../../src/model/attribution.js';
import type { Destination } from '../../src/model/destination.js';
import type { ExplainRow } from '../../src/model/explain.js';
import { explainJson, explainText } from '../../src/report/explain.js';
import { curl, destination, left, npm } from './sample.js';

function row(day: number, to: Destination, attribution: Attribution, phase = 'install'): ExplainRow {
  const date = String(day).padStart(2, '0');
  return {
    runId: `202601${date}T030405678-9abcdef0`,
    phase,
    startedAt: `2026-01-${date}T03:04:05.678Z`,
    destination: to,
    attribution,
  };
}

const x = destination('x.example', 443);
const older = {
  ...left,
  package: { name: 'left', version: '1.2.3', location: 'node_modules/left' },
  why: [['app', 'left']],
};
const rows = [
  row(3, x, npm),
  row(9, x, { ...left, why: [] }),
  row(2, x, older),
  row(9, destination('gone.example', null), left),
  row(5, x, { ...left, evidence: 'stack', lifecycle: null, why: [] }, 'test'),
  row(4, x, curl, 'test'),
];

test('who, which phases, first and last seen, why', async () => {
  await expect(explainText('x.example', rows, { colour: false })).toMatchFileSnapshot('golden/explain.txt');
});

test('versions of a package are one answer, its chains those of the newest run that has any', () => {
  const [answer, ...others] = explainJson('x.example', rows).answers;
  expect(others.map((one) => one.manager)).toEqual(['npm', null]);
  expect(answer).toEqual({
    package: { name: 'left', versions: ['1.2.3', '1.2.4'] },
    manager: null,
    clients: [],
    evidence: ['exec-lineage', 'stack'],
    lifecycles: ['postinstall'],
    phases: ['install', 'test'],
    firstSeen: { run: '20260102T030405678-9abcdef0', at: '2026-01-02T03:04:05.678Z' },
    lastSeen: { run: '20260109T030405678-9abcdef0', at: '2026-01-09T03:04:05.678Z' },
    runs: 3,
    destinations: [
      { host: 'gone.example', port: null, transport: 'udp', protocol: 'dns' },
      { host: 'x.example', port: 443, transport: 'tcp', protocol: 'tls' },
    ],
    why: left.why,
    frames: [],
  });
});

test('the order of the rows does not matter', () => {
  expect(explainJson('x', rows.toReversed())).toEqual(explainJson('x', rows));
});

test('what nobody knows is said, harmlessly', () => {
  expect(explainText('x\u001b[2J', [], { colour: true })).toBe(
    'no stored run knows x\\u{1b}[2J: expected a host or a package name; egresslock runs lists what is stored\n',
  );
  expect(explainJson('x', [])).toEqual({ schemaVersion: 1, subject: 'x', answers: [] });
});

test('hostile names stay on their line', () => {
  const hostile = '\u001b[2J\n\u202e';
  const text = explainText(
    hostile,
    [
      row(
        1,
        destination(hostile, 443),
        {
          ...left,
          package: { name: hostile, version: hostile, location: '' },
          lifecycle: hostile,
          why: [[hostile, hostile]],
        },
        hostile,
      ),
    ],
    { colour: false },
  );
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  expect(text.split('\n')).toHaveLength(11);
});

test('the frames of the newest run that knows them, innermost first', () => {
  const identity = { name: 'left', version: '1.2.4', location: 'node_modules/left' };
  const frame = {
    package: identity,
    path: 'lib/x.js',
    line: 7,
    column: 3,
    function: 'send',
    bundle: null,
    isFile: true,
  };
  const stack = {
    sink: identity,
    cause: identity,
    entry: identity,
    clients: [
      { name: 'axios', version: '1.2.3', location: 'node_modules/axios', why: [['app', 'left', 'axios']] },
    ],
    frames: [
      frame,
      { ...frame, path: 'y.js', line: 9, function: null, isFile: false },
      { ...frame, bundle: 'dist/app.js', isFile: false },
    ],
  };
  const withStack: ExplainRow[] = [row(9, x, { ...left, evidence: 'stack', stack }, 'test')];
  const text = explainText('x.example', withStack, { colour: false });
  expect(text).toContain('left lib/x.js:7 in send\n');
  expect(text).toContain('left lib/x.js:7 in send (in the bundle dist/app.js)\n');
  expect(text).toContain('axios@1.2.3, through app > left > axios\n');
  expect(text).toContain('left y.js:9 (not the file on disk)\n');
  expect(explainJson('x.example', withStack).answers[0]).toMatchObject({
    clients: stack.clients,
    frames: stack.frames,
  });
});
