import { expect, test } from 'vitest';
import type { ListEntry } from '../../src/policy/minimal-list.js';
import { listJson, listText } from '../../src/report/list.js';

const entries: ListEntry[] = [
  { host: '2001:db8::1', port: 22, protocol: 'ssh', packages: ['(process) git'] },
  { host: 'gone.example', port: null, protocol: 'dns', packages: ['left'] },
  { host: 'registry.example', port: 80, protocol: 'http', packages: ['(npm)'] },
  { host: 'registry.example', port: 443, protocol: 'tls', packages: ['(npm)', 'left'] },
];

test('one host a line, with its places and the packages that need it', async () => {
  await expect(listText(entries)).toMatchFileSnapshot('golden/list.txt');
  expect(listText([])).toBe('# no destination\n');
});

test('without its comments it is the hosts and nothing else', () => {
  const hosts = listText(entries)
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
  'é.example',
])('a host %j is left out aloud, not listed', (host) => {
  const text = listText([{ host, port: 443, protocol: 'tls', packages: ['left\nevil.example'] }]);
  expect(text).toMatch(/^# left out, not a host name: [^\n]*\n$/);
});

test('a long host does not push the others, and many hosts do not break it', () => {
  const long = `${'x'.repeat(200)}.example`;
  expect(
    listText([{ host: long, port: 443, protocol: 'tls', packages: ['a'] }, ...entries]).split('\n')[2],
  ).toMatch(/^gone\.example {6}#/);
  const many = Array.from(
    { length: 200_000 },
    (_, index): ListEntry => ({ host: `h${index}`, port: 1, protocol: 'tls', packages: [] }),
  );
  expect(listText(many).split('\n')).toHaveLength(200_001);
});

test('the JSON keeps rows and proposals apart', () => {
  const proposals = [{ pattern: '*.x.example', hosts: ['1.x.example'], reason: 'why' }];
  expect(listJson(entries, proposals)).toEqual({ schemaVersion: 1, destinations: entries, proposals });
});
