import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type MaskFacts, masksFor, socketPaths } from '../../src/sandbox/mask.js';

const HEADER = 'Num       RefCount Protocol Flags    Type St Inode Path';
const line = (path: string): string => `ffff8881: 00000002 00000000 00010000 0001 01 12345 ${path}`;
const table = (...paths: readonly string[]): string => [HEADER, ...paths.map(line), ''].join('\n');

const facts = (some: Partial<MaskFacts> = {}): MaskFacts => ({
  unixSockets: HEADER,
  resolvConf: '/etc/resolv.conf',
  devices: [],
  hidden: [],
  named: [],
  ...some,
});

const ofKind = (kind: string, some: Partial<MaskFacts>): string[] =>
  masksFor(facts(some))
    .filter((mask) => mask.kind === kind)
    .map((mask) => mask.path);

test('sockets with a path, each once, in order; blanks belong to the path', () => {
  expect(socketPaths(table('/var/lib/b sock', '@/tmp/abstract', '/srv/a', '', '/srv/a'))).toEqual([
    '/srv/a',
    '/var/lib/b sock',
  ]);
  expect(socketPaths('')).toEqual([]);
});

test('finds a socket of this very machine', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-mask-'));
  const path = join(folder, 'a sock');
  const server = net.createServer().listen(path);
  await new Promise((resolve) => server.once('listening', resolve));
  expect(socketPaths(readFileSync('/proc/net/unix', 'utf8'))).toContain(path);
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

test('folders of services are emptied, so their sockets need no mask of their own', () => {
  const unixSockets = table(
    '/run/docker.sock',
    '/var/run/nscd/socket',
    '/tmp/.X11-unix/X0',
    '/srv/db.sock',
    '/runner/s',
  );
  expect(ofKind('empty', { unixSockets })).toEqual(['/run', '/tmp/.X11-unix', '/tmp/.ICE-unix']);
  expect(ofKind('null', { unixSockets })).toEqual(['/runner/s', '/srv/db.sock']);
});

test('the resolver file is kept where its folder is emptied', () => {
  expect(ofKind('keep', { resolvConf: '/run/systemd/resolve/stub-resolv.conf' })).toEqual([
    '/run/systemd/resolve/stub-resolv.conf',
  ]);
  expect(ofKind('keep', {})).toEqual([]);
});

test('named sockets stay reachable, and only they', () => {
  const some = {
    unixSockets: table('/run/docker.sock', '/run/other.sock', '/srv/db.sock', '/srv/other.sock'),
    named: ['/run/docker.sock', '/srv/db.sock'],
  };
  expect(ofKind('keep', some)).toEqual(['/run/docker.sock']);
  expect(ofKind('null', some)).toEqual(['/srv/other.sock']);
});

test('what a container was given in confidence is kept, but what is hidden comes after it', () => {
  const masks = masksFor(facts({ hidden: ['/run/secrets/sub'] }));
  const at = (kind: string, path: string): number =>
    masks.findIndex((mask) => mask.kind === kind && mask.path === path);
  expect(at('empty', '/run')).toBeGreaterThanOrEqual(0);
  expect(at('files', '/run/secrets')).toBeGreaterThan(at('empty', '/run'));
  expect(at('empty', '/run/secrets/sub')).toBeGreaterThan(at('files', '/run/secrets'));
});

test('devices are replaced, and hidden folders emptied last', () => {
  const masks = masksFor(facts({ devices: ['/dev/sda'], hidden: ['/home/user/.local/state/egresslock'] }));
  expect(masks.slice(4)).toEqual([
    { kind: 'null', path: '/dev/sda' },
    { kind: 'empty', path: '/home/user/.local/state/egresslock' },
  ]);
});
