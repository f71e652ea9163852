import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, MAIN, startLab } from '../lab/lab.js';

/** Has bash run a script on a terminal of its own, and types Ctrl-C once the script has said so much. */
const TERMINAL = `
import os, pty, signal, sys
pid, fd = pty.fork()
if pid == 0: os.execvp('bash', ['bash', '-c', sys.argv[1]])
said, typed = b'', False
while True:
    try: some = os.read(fd, 4096)
    except OSError: break
    if not some: break
    said += some
    if b'up' in said and not typed:
        typed = True
        os.write(fd, b'\\x03')
status = os.waitpid(pid, 0)[1]
print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status), said.count(b'next'), said.count(b'caught'))`;

describeLab('how a run ends', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  const egresslock = (): string =>
    `${process.execPath} ${MAIN} run --quiet --db ${join(lab.folder, 'ends.db')} --`;
  const onTerminal = async (script: string): Promise<string> =>
    (await lab.exec(['python3', '-c', TERMINAL, script])).stdout.trim();

  test('a Ctrl-C that ends the command ends the loop around it', async () => {
    const loop = (prefix: string): string =>
      `for i in 1 2; do ${prefix} sh -c 'echo up; sleep 3'; echo next; done`;
    const plain = await onTerminal(loop(''));
    expect(plain).toBe('2 0 0');
    expect(await onTerminal(loop(egresslock()))).toBe(plain);
  });

  test('a Ctrl-C that the command survives is its own business', async () => {
    const once = (prefix: string): string =>
      `${prefix} bash -c 'trap "echo caught; exit 5" INT; echo up; sleep 3'; code=$?; echo next; exit $code`;
    const plain = await onTerminal(once(''));
    expect(plain).toBe('-5 1 1');
    expect(await onTerminal(once(egresslock()))).toBe(plain);
  });

  test.for([
    ['timeout', 'TERM', 'setsid -w timeout -s TERM 2'],
    ['timeout', 'INT', 'setsid -w timeout -s INT 2'],
    ['kill, to the process alone', 'TERM', null],
    ['kill, to the process alone', 'INT', null],
  ] as const)('a signal comes once: by %s, %s', async ([, signal, sender]) => {
    const count = `python3 -c "import signal, time
seen = []
signal.signal(signal.SIG${signal}, lambda number, frame: seen.append(number))
print('up', flush=True)
end = time.monotonic() + 4
while time.monotonic() < end: time.sleep(0.05)
print(len(seen))"`;
    const run = `${egresslock()} ${count} < /dev/null`;
    const script =
      sender === null
        ? `: > ${lab.folder}/out; ${run} > ${lab.folder}/out & until grep -q up ${lab.folder}/out; do sleep 0.1; done; kill -${signal} $!; wait $!; cat ${lab.folder}/out`
        : `${sender} ${run}`;
    const { stdout } = await lab.exec(['bash', '-c', script]);
    expect(stdout).toBe('up\n1\n');
  });

  test('where the sandbox has not the working folder, nothing is run and that is said', async () => {
    const cwd = `/run/egresslock-test-${process.pid}`;
    mkdirSync(cwd);
    try {
      const run = await lab.egresslock(['run', '--db', join(lab.folder, 'ends.db'), '--', 'echo', 'hi'], {
        cwd,
      });
      expect(run).toMatchObject({ code: 122, stdout: '' });
      expect(run.stderr).toMatch(/the working folder[^\n]*\negresslock: nothing was run/);
    } finally {
      rmdirSync(cwd);
    }
  });
});
