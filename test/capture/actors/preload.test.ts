import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NodeExecutables, preloadOrder } from '../../../src/capture/actors/preload.js';

const passport = { option: '--require "/a b/hook.cjs"', channel: '197:5' };
const { option, channel } = passport;
const order = (options: string | null, argv: readonly string[] = ['node', 'a.js'], given = channel) =>
  preloadOrder(passport, options, given, argv);

describe('where the hook stands among what is preloaded', () => {
  test.each([
    option,
    `${option} --require ./other.js`,
    `${option} --max-old-space-size=4096`,
    `${option} --title="--inspector"`,
  ])('first: NODE_OPTIONS=%s', (options) => {
    expect(order(options)).toBe('first');
  });

  test.each([
    [`--require ./other.js ${option}`, ['node', 'a.js']],
    [`${option}x`, ['node', 'a.js']],
    [`${option} --snapshot-blob=x`, ['node', 'a.js']],
    [`${option} "--snapshot_blob" x`, ['node', 'a.js']],
    [`${option} --snap"shot-blob=x"`, ['node', 'a.js']],
    [`${option} "--snapshot\\-blob" x`, ['node', 'a.js']],
    [`${option} --inspect-brk`, ['node', 'a.js']],
    [option, ['node', '--build-snapshot', 'a.js']],
    [option, ['node', '--build_snapshot_config=x']],
    [option, ['node', '--snapshot-blob', 'x', 'a.js']],
    [option, ['node', '--snapshot_blob=x', 'a.js']],
    [option, ['node', '--inspect=0', 'a.js']],
    [option, ['node', '--inspect_brk_node', 'a.js']],
  ])('later: NODE_OPTIONS=%s with %j', (options, argv) => {
    expect(order(options, argv)).toBe('later');
  });

  test('not at all', () => {
    expect(order(null)).toBeNull();
    expect(order('--require ./other.js')).toBeNull();
    expect(order(option, ['node'], '197:6')).toBeNull();
  });
});

describe('executables of Node', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'egresslock-nodes-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('one is known by what it exports, whatever it is called, and however often it is asked for', () => {
    const renamed = join(folder, 'renamed');
    copyFileSync(process.execPath, renamed);
    const nodes = new NodeExecutables(Date.now() + 60_000);
    for (const path of [process.execPath, renamed, renamed]) expect(nodes.isGenuine(path)).toBe(true);
  });

  test.each([
    ['another program', () => '/bin/sh'],
    ['a folder', () => '/'],
    ['nothing', () => join(folder, 'nothing')],
    ['a device', () => '/dev/zero'],
    ['an ELF header without the rest', () => written('short', Buffer.from('\x7fELF\x02'))],
    ['a script with the name in it', () => written('script', '#!/bin/sh\n\0_ZN4node5StartEiPPc\0')],
    ['sections that lie beyond the end', () => written('beyond', header(2n ** 62n, 64, 3))],
    ['sections without length', () => written('flat', header(64n, 0, 0xffff))],
  ])('%s is none', (_, path) => {
    expect(new NodeExecutables(Date.now() + 60_000).isGenuine(path())).toBe(false);
  });

  test('nor is one that has come since the start', () => {
    const epoch = Date.now() - 1;
    const fresh = join(folder, 'fresh');
    copyFileSync(process.execPath, fresh);
    expect(new NodeExecutables(epoch).isGenuine(fresh)).toBe(false);
    expect(new NodeExecutables(epoch).isGenuine(process.execPath)).toBe(true);
  });

  function written(name: string, content: string | Buffer): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  function header(sections: bigint, size: number, count: number): Buffer {
    const bytes = Buffer.alloc(256);
    bytes.write('\x7fELF\x02', 'latin1');
    bytes.writeBigUInt64LE(sections, 0x28);
    bytes.writeUInt16LE(size, 0x3a);
    bytes.writeUInt16LE(count, 0x3c);
    return bytes;
  }
});
