import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { readStat } from '../../../src/capture/actors/process-stat.js';
import { ProcessTable } from '../../../src/capture/actors/process-table.js';
import { pidfdOpen } from '../../../src/sandbox/libc.js';

const children: ChildProcess[] = [];
let table = new ProcessTable();
afterEach(() => {
  table.stop();
  table = new ProcessTable();
  // Everything in a child reads from one of these, and ends with it.
  for (const { stdio } of children.splice(0)) for (const stream of [stdio[0], stdio[3]]) stream?.destroy();
});

/** Starts a shell; gives the first line that it says. Descriptor 3 stays open when it has gone, unlike its input. */
async function shell(script: string): Promise<{ child: ChildProcess; pid: number; line: string }> {
  const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
  children.push(child);
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  return { child, pid: child.pid ?? 0, line };
}

/** A living process for good, and what it runs. */
function facts(pid: number) {
  const { bornAt, image } = readStat(pid)!;
  expect(image).not.toBeNull();
  return { process: { group: pid, bornAt }, image: image! };
}

function becomes(pid: number, actor: number): void {
  const { process, image } = facts(pid);
  table.becomes(process, actor, image);
}

const WAIT = 'read -r _';

test('a process that has made no exec is nobody', async () => {
  const { pid } = await shell(`echo; ${WAIT}`);
  expect(table.find(pid)).toMatchObject({ group: pid, actor: null });
  expect(table.caller(pid)).toMatchObject({ group: pid, actor: null });
});

test('a process is its latest exec', async () => {
  const { pid } = await shell(`echo; ${WAIT}`);
  becomes(pid, 7);
  expect(table.find(pid)).toMatchObject({ group: pid, actor: 7 });
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

/** A shell's fork that has outlived it. */
async function orphan(between: (pid: number) => void): Promise<number> {
  const { child, pid, line } = await shell('(read -r _ <&3) & echo $!; wait');
  between(pid);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(readStat(Number(line))?.parent).not.toBe(pid);
  return Number(line);
}

test('an orphan without an exec is still its exec', async () => {
  const pid = await orphan((parent) => becomes(parent, 5));
  expect(table.find(pid)).toMatchObject({ group: pid, actor: 5 });
});

test('an image that two execs have proves nothing', async () => {
  const other = await shell(`echo; ${WAIT}`);
  const pid = await orphan((parent) => {
    const { process, image } = facts(parent);
    table.becomes(process, 1, image);
    table.becomes(facts(other.pid).process, 2, image);
    expect([table.find(parent)?.actor, table.find(other.pid)?.actor]).toEqual([1, 2]);
  });
  expect(table.find(pid)?.actor).toBeNull();
});

test('an id says nothing of a process that has it after another', async () => {
  const { pid, line } = await shell(`sh -c 'echo $$; ${WAIT}'; :`);
  const inner = Number(line);
  const { process, image } = facts(pid);
  // As many later processes find it: the image of the one before is not theirs.
  table.becomes({ ...process, bornAt: process.bornAt - 1 }, 7, { ...image, stack: image.stack + 16 });
  for (const asked of [pid, inner]) {
    expect(table.find(asked)?.actor).toBeNull();
    expect(table.caller(asked)?.actor).toBeNull();
  }
});

test('where an image proves nothing, the parents do', async () => {
  const { pid, line } = await shell(`sh -c '(echo $$; ${WAIT})'; :`);
  const inner = Number(line);
  const { process, image } = facts(pid);
  table.becomes(process, 1, image);
  table.becomes({ group: 0x7fffffff, bornAt: 1 }, 2, image);
  expect(table.find(pid)?.actor).toBe(1);
  expect(table.find(inner)?.actor).toBe(1);
});

test('an exec that has not taken place changes nothing, were its start said', async () => {
  const { pid } = await shell(`echo; ${WAIT}`);
  const caller = table.caller(pid)!;
  expect(table.newImage(caller, false)).toBeNull();
  expect(table.newImage(caller, true)).toEqual(caller.image);
  expect(table.newImage({ ...caller, bornAt: 1 }, true)).toBeNull();
});

test('an exec is one by its image, were it another program’s before', async () => {
  const { child, pid, line } = await shell(`echo $$; ${WAIT}; exec sh -c 'echo again; ${WAIT}'`);
  expect(Number(line)).toBe(pid);
  const caller = table.caller(pid)!;
  child.stdin!.write('\n');
  await once(createInterface(child.stdout!), 'line');
  const image = table.newImage(caller, false);
  const other = await shell(`echo; ${WAIT}`);
  table.becomes(facts(other.pid).process, 1, image!);
  expect(table.newImage(caller, false)).toEqual(image);
});

test('an exec of which nothing is kept is nobody, not its parent', async () => {
  const { pid, line } = await shell(`sh -c 'echo $$; ${WAIT}'; :`);
  const inner = Number(line);
  becomes(pid, 1);
  expect(table.find(inner)?.actor).toBe(1);
  const { process, image } = facts(inner);
  table.becomesNobody(process, image);
  expect(table.find(inner)?.actor).toBeNull();
  expect(table.find(pid)?.actor).toBe(1);
});

test('a thread belongs to its process', async () => {
  becomes(process.pid, 3);
  const threads = readdirSync('/proc/self/task').map(Number);
  expect(threads.length).toBeGreaterThan(1);
  for (const tid of threads) {
    expect(table.find(tid)).toMatchObject({ group: process.pid, actor: 3 });
    expect(table.caller(tid)).toMatchObject({ group: process.pid, actor: 3 });
  }
});

test('where only a process can be opened, nothing is remembered of its threads', async () => {
  const [one, two] = [await shell(`echo; ${WAIT}`), await shell(`echo; ${WAIT}`)];
  // The thread's id is one process's first, and then another's, while the first process lives.
  let group = one.pid;
  table = new ProcessTable(() => ({ pidfd: pidfdOpen(group, 0), group, isExact: false }));
  const thread = 0x7fffffff;
  becomes(one.pid, 1);
  becomes(two.pid, 2);
  expect(table.find(thread)?.actor).toBe(1);
  group = two.pid;
  expect(table.find(thread)?.actor).toBe(2);
});

test('a process that has gone is not found, even where it was', async () => {
  const { child, pid } = await shell(`echo; ${WAIT}`);
  becomes(pid, 4);
  expect(table.find(pid)?.actor).toBe(4);
  const ended = once(child, 'exit');
  child.stdin!.end();
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
