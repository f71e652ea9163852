import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { imageKey, isSameImage } from '../../../src/capture/actors/image.js';
import { parseStat, readStat, StatFiles } from '../../../src/capture/actors/process-stat.js';

/** A line of /proc/PID/stat (proc_pid_stat(5)) with the fields that count. */
function stat(fields: Record<number, number | string>, name = 'sh'): Buffer {
  const rest = Array.from({ length: 50 }, (_, index) => String(fields[index + 3] ?? 0));
  return Buffer.from(`1234 (${name}) ${rest.join(' ')}\n`);
}

const FIELDS = { 4: 77, 22: 555, 28: '140737488347136', 48: 1000, 49: 1100, 50: 1100, 51: 1900 };
const IMAGE = {
  stack: 140_737_488_347_136,
  argumentsAt: 1000,
  argumentsEnd: 1100,
  environmentEnd: 1900,
};

test('reads the parent, the start and the addresses of an exec', () => {
  expect(parseStat(stat(FIELDS))).toEqual({ parent: 77, bornAt: 555, isFirst: true, image: IMAGE });
});

test.each(['a b', ') S 1 (', '((', ''])('a process may be called %j', (name) => {
  expect(parseStat(stat(FIELDS, name))?.image).toEqual(IMAGE);
});

test('the first thread of a group has a signal for its parent, and the others have none', () => {
  expect(parseStat(stat({ ...FIELDS, 38: 17 }))?.isFirst).toBe(true);
  expect(parseStat(stat({ ...FIELDS, 38: -1 }))?.isFirst).toBe(false);
  const others = readdirSync('/proc/self/task').filter((tid) => Number(tid) !== process.pid);
  expect(others.length).toBeGreaterThan(0);
  for (const tid of others) expect(readStat(Number(tid))?.isFirst).toBe(false);
  expect(readStat(process.pid)?.isFirst).toBe(true);
});

test('an image is the same where all its addresses are', () => {
  const parsed = parseStat(stat(FIELDS))!.image!;
  expect(imageKey(parsed)).toBe('140737488347136 1000 1900');
  expect(isSameImage(parsed, { ...parsed })).toBe(true);
  for (const field of ['stack', 'argumentsAt', 'environmentEnd'] as const) {
    const other = { ...parsed, [field]: parsed[field] + 1 };
    expect(isSameImage(parsed, other)).toBe(false);
    expect(imageKey(other)).not.toBe(imageKey(parsed));
  }
});

test.each([
  ['without the right to look', { ...FIELDS, 48: 0, 49: 0, 51: 0 }],
  ['arguments that end before they begin', { ...FIELDS, 49: 999 }],
  ['an environment that ends before them', { ...FIELDS, 51: 1099 }],
  ['no number', { ...FIELDS, 48: 'x' }],
])('%s there is no image, and the rest is told', (_what, fields) => {
  expect(parseStat(stat(fields))).toEqual({ parent: 77, bornAt: 555, isFirst: true, image: null });
});

test('a cut line says nothing', () => {
  expect(parseStat(stat(FIELDS).subarray(0, 60))).toBeNull();
  expect(parseStat(Buffer.alloc(0))).toBeNull();
});

test('this process has one, and nobody has none', () => {
  const { image, parent } = readStat(process.pid)!;
  expect(parent).toBe(process.ppid);
  expect(image?.argumentsEnd).toBeGreaterThan(image?.argumentsAt ?? 0);
  for (const nobody of [0, 0x7fffffff]) expect(readStat(nobody)).toBeNull();
});

const children: ChildProcess[] = [];
const files = new StatFiles();
afterEach(() => {
  files.stop();
  for (const child of children.splice(0)) child.stdin?.destroy();
});

/** A shell that waits for a line before it goes on. */
async function shell(script: string): Promise<{ child: ChildProcess; pid: number; next(): Promise<void> }> {
  const child = spawn('sh', ['-c', `echo; ${script}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface(child.stdout!);
  await once(lines, 'line');
  const next = async (): Promise<void> => {
    const said = once(lines, 'line');
    child.stdin!.write('\n');
    await said;
  };
  return { child, pid: child.pid!, next };
}

const ownDescriptors = (): number => readdirSync('/proc/self/fd').length;

test('an open file tells of a process before its exec and after it', async () => {
  const { pid, next } = await shell('read -r _; exec sh -c "echo; read -r _"');
  const before = files.read(pid);
  expect(before).toEqual(readStat(pid));
  expect(files.read(pid)).toEqual(before);
  await next();
  const after = files.read(pid);
  expect(after).toEqual(readStat(pid));
  expect(isSameImage(after!.image!, before!.image!)).toBe(false);
});

test('of a process that has gone it tells nothing', async () => {
  const { child, pid } = await shell('read -r _');
  expect(files.read(pid)).not.toBeNull();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(files.read(pid)).toBeNull();
});

test('no more than 64 are kept open, and none in the end', async () => {
  const running = await Promise.all(Array.from({ length: 70 }, () => shell('read -r _')));
  const descriptors = ownDescriptors();
  const images = running.map(({ pid }) => files.read(pid));
  expect(ownDescriptors() - descriptors).toBe(64);
  expect(running.map(({ pid }) => files.read(pid))).toEqual(images);
  expect(images).not.toContain(null);
  files.drop(running.at(-1)!.pid);
  expect(ownDescriptors() - descriptors).toBe(63);
  files.stop();
  expect(ownDescriptors()).toBe(descriptors);
});
