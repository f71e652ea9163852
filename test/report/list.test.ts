import { expect, test } from 'vitest';
import type { EgressList } from '../../src/model/egress-list.js';
import type { Protocol } from '../../src/model/transport.js';
import { egressList } from '../../src/policy/egress-list.js';
import { leftOut, listJson, listText } from '../../src/report/list.js';

interface Place {
  readonly host: string;
  readonly port: number | null;
  readonly protocol: Protocol;
  readonly packages: readonly string[];
}

const list = (places: readonly Place[]): EgressList =>
  egressList({
    rows: places.flatMap(({ packages, ...place }) =>
      packages.map((name) => ({ ...place, package: name, phase: 'install' })),
    ),
    rules: [],
    isOwn: () => false,
    records: [],
    phase: null,
    widen: false,
  });

const entries: Place[] = [
  { host: '2001:db8::1', port: 22, protocol: 'ssh', packages: ['(process) git'] },
  { host: 'gone.example', port: null, protocol: 'dns', packages: ['left'] },
  { host: 'registry.example', port: 80, protocol: 'http', packages: ['(npm)'] },
  { host: 'registry.example', port: 443, protocol: 'tls', packages: ['(npm)', 'left'] },
];

test('one host a line, with its places and the packages that need it', async () => {
  await expect(listText(list(entries))).toMatchFileSnapshot('golden/list.txt');
  expect(listText(list([]))).toBe('# no destination\n');
});

test('without its comments it is the hosts and nothing else', () => {
  const hosts = listText(list(entries))
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  expect(hosts).toEqual(['2001:db8::1', 'gone.example', 'registry.example']);
});

test.each([
  '*.example',
  'a b.example',
  'x.example\nevil.example',
  '-x.example',
  '#x',
  '',
  'x.example # y',
  '.example',
  'é..example',
])('a host %j is left out aloud, not listed', (host) => {
  const hostile = list([{ host, port: 443, protocol: 'tls', packages: ['left\nevil.example'] }]);
  const text = listText(hostile);
  expect(leftOut(hostile)).toEqual([{ what: 'it is no host name', hosts: [host] }]);
  expect(text).toMatch(/^# left out, not a host name: [^\n]*\n$/);
});

test('a long host does not push the others, and many hosts do not break it', () => {
  const long = `${'x'.repeat(200)}.example`;
  expect(
    listText(list([{ host: long, port: 443, protocol: 'tls', packages: ['a'] }, ...entries])).split('\n')[1],
  ).toMatch(/^gone\.example {6}#/);
  const many = Array.from(
    { length: 200_000 },
    (_, index): Place => ({ host: `h${index}`, port: 1, protocol: 'tls', packages: ['a'] }),
  );
  expect(listText(list(many)).split('\n')).toHaveLength(200_001);
});

test('the JSON keeps rows and proposals apart', () => {
  const proposals = [{ pattern: '*.x.example', hosts: ['1.x.example'], reason: 'why' }];
  expect(listJson(list(entries), proposals)).toEqual({
    schemaVersion: 1,
    destinations: entries,
    rules: [],
    proposals,
    widened: [],
    omitted: [],
  });
});
