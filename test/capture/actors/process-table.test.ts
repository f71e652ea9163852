import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { ProcessTable } from '../../../src/capture/actors/process-table.js';

const children: ChildProcessWithoutNullStreams[] = [];
let table = new ProcessTable();
afterEach(() => {
  table.stop();
  table = new ProcessTable();
  // Everything in a child reads from its input, and ends with it.
  for (const child of children.splice(0)) child.stdin.end();
});

/** Starts a shell; gives the first line that it says. */
async function shell(
  script: string,
): Promise<{ child: ChildProcessWithoutNullStreams; pid: number; line: string }> {
  const child = spawn('sh', ['-c', script]);
  children.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, pid: child.pid ?? 0, line };
}

function becomes(pid: number, actor: number): void {
  const image = table.newImage(pid);
  expect(image).not.toBeNull();
  if (image !== null) table.becomes(pid, actor, image);
}

const WAIT = 'read -r _';

test('a process that has made no exec is nobody', async () => {
  const { pid } = await shell(`echo; ${WAIT}`);
  expect(table.find(pid)).toMatchObject({ group: pid, actor: null });
  expect(table.caller(pid)).toEqual({ group: pid, actor: null });
});

test('a process is its latest exec', async () => {
  const { pid } = await shell(`echo; ${WAIT}`);
  becomes(pid, 7);
  expect(table.find(pid)).toMatchObject({ group: pid, actor: 7 });
  expect(table.newImage(pid)).toBeNull();
});

test('what was remembered of a process is forgotten with its exec', async () => {
  const { pid } = await shell(`echo; ${WAIT}`);
  expect(table.find(pid)?.actor).toBeNull();
  becomes(pid, 7);
  expect(table.find(pid)?.actor).toBe(7);
});

test('an exec of a child is not its parent, and without a record is as its parent', async () => {
  const { pid, line } = await shell(`sh -c 'echo $$; ${WAIT}'; :`);
  const inner = Number(line);
  becomes(pid, 1);
  expect(table.find(inner)).toMatchObject({ group: inner, actor: 1 });
  becomes(inner, 2);
  expect(table.find(inner)?.actor).toBe(2);
  expect(table.find(pid)?.actor).toBe(1);
});

test('an orphan without an exec is still its exec', async () => {
  // The subshell tells its parent's end by the number of its parent.
  const { pid, line, child } = await shell(
    `echo $$; ${WAIT}; (exec <&3; ${WAIT}; sh -c 'echo $PPID'; ${WAIT}) 3<&0 & exit`,
  );
  expect(Number(line)).toBe(pid);
  becomes(pid, 5);
  const ended = once(child, 'exit');
  child.stdin.write('go\n');
  await ended;
  child.stdin.write('now\n');
  const [orphan] = (await once(createInterface(child.stdout), 'line')) as [string];
  expect(table.find(Number(orphan))).toMatchObject({ group: Number(orphan), actor: 5 });
});

test('an image that two execs have proves nothing', async () => {
  const first = await shell(`echo; ${WAIT}`);
  const second = await shell(`echo; ${WAIT}`);
  const image = table.newImage(first.pid);
  expect(image).not.toBeNull();
  if (image === null) return;
  table.becomes(first.pid, 1, image);
  table.becomes(second.pid, 2, image);
  // Their own groups are known; by the image alone nobody would be.
  expect(table.find(first.pid)?.actor).toBe(1);
  expect(table.find(second.pid)?.actor).toBe(2);
});

test('a thread belongs to its process', async () => {
  becomes(process.pid, 3);
  const threads = readdirSync('/proc/self/task').map(Number);
  expect(threads.length).toBeGreaterThan(1);
  for (const tid of threads) {
    expect(table.find(tid)).toMatchObject({ group: process.pid, actor: 3 });
    expect(table.caller(tid)).toEqual({ group: process.pid, actor: 3 });
  }
});

test('a process that has gone is not found, even where it was', async () => {
  const { child, pid } = await shell(`echo; ${WAIT}`);
  becomes(pid, 4);
  expect(table.find(pid)?.actor).toBe(4);
  const ended = once(child, 'exit');
  child.stdin.end();
  await ended;
  expect(table.find(pid)).toBeNull();
});

test('no descriptor is left behind', async () => {
  const pidfds = (): number =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return /pidfd|pidfs/.test(readlinkSync(`/proc/self/fd/${fd}`));
      } catch {
        return false;
      }
    }).length;
  const before = pidfds();
  const { pid } = await shell(`echo; ${WAIT}`);
  table.find(pid);
  expect(pidfds()).toBe(before + 1);
  table.caller(pid);
  table.find(pid);
  expect(pidfds()).toBe(before + 1);
  table.stop();
  expect(pidfds()).toBe(before);
});
