import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, MAIN, startLab } from '../lab/lab.js';

/** Niceness of each thread of a process (proc_pid_stat(5), field 19). */
function nicenessOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((tid) => {
    const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
}

/** Slices of each thread of a process, in nanoseconds: sched_getattr(2), which tells them from Linux 6.12 on. */
function slicesOf(pid: number): number[] {
  const script = `
import ctypes, os, platform, struct
number = {'x86_64': 315, 'aarch64': 275}[platform.machine()]
for tid in os.listdir('/proc/${pid}/task'):
    attributes = ctypes.create_string_buffer(48)
    ctypes.CDLL(None).syscall(number, int(tid), attributes, 48, 0)
    print(struct.unpack_from('Q', attributes.raw, 24)[0])`;
  return execFileSync('python3', ['-c', script], { encoding: 'utf8' }).trim().split('\n').map(Number);
}

const [major = 0, minor = 0] = release().split('.').map(Number);
const knowsSlices = major > 6 || (major === 6 && minor >= 12);

describeLab('scheduling', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test.for([
    { who: 'root', uid: undefined, ahead: [-5] },
    { who: 'an ordinary user', uid: 1001, ahead: [] },
  ])(
    'the thread that answers held calls of $who goes ahead, the command keeps its place',
    async ({ uid, ahead }) => {
      let found: number[] = [];
      let slices: number[] = [];
      const argv = ['nice', '-n', '5', process.execPath, MAIN, 'run', '--quiet'];
      const { stdout } = await lab.exec(
        [
          ...argv,
          '--db',
          join(lab.folder, `scheduling-${uid ?? 0}.db`),
          '--',
          'sh',
          '-c',
          'nice; (nice); chrt -p 0; sleep 1',
        ],
        {
          ...(uid === undefined ? {} : { uid }),
          onStart: (child) => {
            child.stdout?.once('data', () => {
              found = nicenessOf(child.pid ?? 0);
              slices = slicesOf(child.pid ?? 0);
            });
          },
        },
      );
      expect(stdout).toMatch(/^5\n5\n[^\n]*SCHED_OTHER\n/);
      expect(found.filter((nice) => nice < 5)).toEqual(ahead);
      if (knowsSlices) expect(slices.filter((slice) => slice === 100_000)).toHaveLength(1);
    },
  );
});
