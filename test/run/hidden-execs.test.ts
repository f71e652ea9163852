import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe, type ReportedRun } from '../lab/report.js';

/** First argument but the path of the program behind each request to the lab's web server, sorted. */
const programs = (run: ReportedRun): string[] =>
  run
    .to('web.lab.example')
    .flatMap(({ attributions }) =>
      attributions.map(({ actor }) => actor?.argv.slice(0, 2).join(' ') ?? 'none'),
    )
    .sort();

/** Connects to the lab's web server by system calls alone. */
const DIRECT = `
#if defined(__x86_64__)
static long call(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}
enum { WRITE = 1, SOCKET = 41, CONNECT = 42, EXIT = 231 };
#else
static long call(long number, long a, long b, long c) {
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}
enum { WRITE = 64, SOCKET = 198, CONNECT = 203, EXIT = 94 };
#endif
void _start(void) {
  static const unsigned char address[16] = {2, 0, 0, 80, 198, 51, 100, 30};
  long socket = call(SOCKET, 2, 1, 0);
  long failed = call(CONNECT, socket, (long)address, 16);
  call(WRITE, 1, (long)(failed ? "no\\n" : "ok\\n"), 3);
  call(EXIT, failed != 0, 0, 0);
}
`;

describeLab('an exec can not be hidden', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test('by the variable of egresslock’s own helpers', async () => {
    const script = `require('child_process').spawnSync('curl', ['-s', 'http://web.lab.example/'], { env: { ...process.env, EGRESSLOCK_LAUNCH: '1' } })`;
    const run = await observe(lab, ['node', '-e', script]);
    expect(programs(run)).toEqual(['curl -s']);
    expect(run.report.capture.verdict).toBe('complete');
  });

  test('by a program without a C library, which makes none of its calls at a start', async () => {
    const source = join(lab.folder, 'direct.c');
    const program = join(lab.folder, 'direct');
    writeFileSync(source, DIRECT);
    execFileSync('gcc', ['-nostdlib', '-static', '-O1', '-mgeneral-regs-only', '-o', program, source]);
    const run = await observe(lab, ['sh', '-c', `${program} one; ${program} two`]);
    expect(run.stdout).toBe('ok\nok\n');
    const [destination, ...others] = run.report.destinations;
    expect(others).toEqual([]);
    expect(destination).toMatchObject({ host: 'hosted.lab.example', port: 80, connections: 2, failures: [] });
    expect(destination?.attributions.map(({ actor }) => actor?.argv)).toEqual([
      [program, 'one'],
      [program, 'two'],
    ]);
    expect(run.report.capture).toMatchObject({ verdict: 'complete', counts: { unattributed: 0 } });
  });

  test('by a thread other than the first, which takes the process’s id with it', async () => {
    const exec = (path: string) => `os.execvp('curl', ['curl', '-s', 'http://web.lab.example/${path}'])`;
    const script = [
      'import os, threading, time',
      // Where the search for it fails at first, and where a fork of the process makes another exec meanwhile.
      "os.environ['PATH'] = '/nowhere:/nothing:' + os.environ['PATH']",
      'if os.fork() == 0:',
      `  threading.Thread(target=lambda: ${exec('child')}).start(); time.sleep(20)`,
      'os.wait()',
      `threading.Thread(target=lambda: ${exec('parent')}).start()`,
      'time.sleep(20)',
    ].join('\n');
    const run = await observe(lab, ['python3', '-c', script]);
    const said = run
      .to('web.lab.example')
      .flatMap(({ attributions }) => attributions.map(({ actor }) => actor?.argv));
    expect(said.sort()).toEqual(
      ['child', 'parent'].map((path) => ['curl', '-s', `http://web.lab.example/${path}`]),
    );
    expect(run.report.capture).toMatchObject({ verdict: 'complete', counts: { unattributed: 0 } });
  });

  test('by an image that another exec had', async () => {
    const script = [
      'a() { setarch -R curl -s http://web.lab.example/; }',
      'a; setarch -R sh -c "curl -s http://web.lab.example/a; curl -s http://web.lab.example/b"',
      'setarch -R sh -c "exec curl -s http://web.lab.example/c"',
    ].join('; ');
    const run = await observe(lab, ['sh', '-c', script]);
    const one = run.report.destinations.filter(({ host, port }) => host === 'web.lab.example' && port === 80);
    const said = one.flatMap(({ attributions }) => attributions.map(({ actor }) => actor?.argv.at(-1)));
    expect(said.sort()).toEqual(['', 'a', 'b', 'c'].map((path) => `http://web.lab.example/${path}`));
    expect(run.report.capture.verdict).toBe('complete');
  });
});
