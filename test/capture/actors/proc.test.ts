import { readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ProcLink, ProcRecord } from '../../../src/capture/actors/proc.js';

test('reads a record and a link of one process after the other, whatever their ids’ lengths', () => {
  const [stat, link] = [new ProcRecord('stat'), new ProcLink('cwd')];
  for (const pid of [process.pid, 1, process.ppid, process.pid])
    expect(stat.read(pid)?.toString('latin1').split(' ')[0]).toBe(String(pid));
  for (const pid of [process.pid, process.ppid, process.pid])
    expect(link.read(pid)).toBe(readlinkSync(`/proc/${pid}/cwd`));
});

test('nobody has neither', () => {
  const [stat, link] = [new ProcRecord('stat'), new ProcLink('cwd')];
  expect(link.read(process.pid)).toBe(process.cwd());
  for (const pid of [0x7fff_ffff, 4_194_305]) {
    expect(stat.read(pid)).toBeNull();
    expect(stat.open(pid)).toBeLessThan(0);
    expect(link.read(pid)).toBeNull();
    expect(link.target).toBe('');
  }
});
