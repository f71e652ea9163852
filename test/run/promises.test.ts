import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/store/store.js';
import { describeLab, type Lab, MAIN, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';

/** Ends the supervising thread a second after its start, from inside the real program. */
/** Ends the supervising thread once a file is there; at once where none is named. */
const killSupervisor = (marker: string | null): string => `
import { existsSync } from 'node:fs';
import threads from 'node:worker_threads';
import { syncBuiltinESMExports } from 'node:module';
const marker = ${JSON.stringify(marker)};
if (threads.isMainThread && process.argv[1]?.endsWith('cli/main.js')) {
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(file, options) {
      super(file, options);
      if (!String(file).includes('supervisor-worker')) return;
      const timer = setInterval(() => {
        if (marker !== null && !existsSync(marker)) return;
        clearInterval(timer);
        this.terminate();
      }, 50);
    }
  };
  syncBuiltinESMExports();
}
`;

/** The direct children of a process. */
function childrenOf(pid: number): { pid: number; line: string }[] {
  const text = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(pid)]).toString();
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+(.*)/s))
    .map(([child = '', line = '']) => ({ pid: Number(child), line }));
}

/** Waits until a condition holds, at most ten seconds. */
async function until<T>(condition: () => T | undefined | false): Promise<T> {
  for (let round = 0; round < 200; round += 1) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come to pass in ten seconds');
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

describeLab('promises', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  /** A busy command: it connects again and again for half a minute. */
  const BUSY = [
    'sh',
    '-c',
    'i=0; while [ $i -lt 300 ]; do curl -s -m 1 http://web.lab.example/; sleep 0.1; i=$((i+1)); done',
  ];

  /** Runs a script as a user, and kills the gateway's process, which only a user has, once the script has begun. */
  async function withoutGateway(name: string, script: string, args: readonly string[] = []) {
    const folder = join(lab.folder, name);
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    const marker = join(folder, 'marker');
    let started = 0;
    const running = observe(lab, ['sh', '-c', `touch ${marker}; ${script}`], {
      cwd: folder,
      uid: 1001,
      args,
      onStart: (child) => {
        started = child.pid ?? 0;
      },
    });
    await until(() => existsSync(marker));
    const agent = await until(() => childrenOf(started).find(({ line }) => line.includes('agent/main.js')));
    process.kill(agent.pid, 'SIGKILL');
    const run = await running;
    expect(run.code).toBe(121);
    expect(run.report.capture.reasons.map((reason) => reason.code)).toContain('gateway-lost');
    return run;
  }

  test('never silently weaker: the process of the gateway, which a user has, dies in mid-run', async () => {
    const run = await withoutGateway('of-a-user', BUSY[2]!);
    expect(run.report.capture.verdict).toBe('partial');
    expect(run.stderr).toContain('capture partial');
  });

  test.for([{ uid: 0 }, { uid: 1001 }])(
    'never silently weaker: the wire witness fails in mid-run, as uid $uid',
    async ({ uid }) => {
      const folder = join(lab.folder, `full-${uid}`);
      mkdirSync(folder);
      chmodSync(folder, 0o777);
      mkdirSync(join(folder, 'small'));
      const script = `mount -t tmpfs -o size=4k,mode=777 small ${folder}/small && exec "$@"`;
      const as = uid === 0 ? [] : ['setpriv', '--reuid', '1001', '--regid', '1001', '--clear-groups', '--'];
      const many =
        'i=0; while [ $i -lt 300 ]; do curl -s http://web.lab.example/; i=$((i+1)); done; echo end';
      const report = join(folder, 'report.json');
      const args = [
        'run',
        '--json',
        report,
        '--pcap',
        join(folder, 'small/wire.pcap'),
        '--',
        'sh',
        '-c',
        many,
      ];
      const output = await lab.exec(
        ['unshare', '--mount', 'sh', '-c', script, 'sh', ...as, process.execPath, MAIN, ...args],
        {
          cwd: folder,
        },
      );
      expect(output.code, output.stderr).toBe(121);
      expect(output.stdout).not.toContain('end');
      const { capture } = JSON.parse(readFileSync(report, 'utf8'));
      expect(capture.verdict).toBe('partial');
      expect(capture.reasons).toContainEqual({
        code: 'gateway-lost',
        message: expect.stringContaining('the wire witness failed: ENOSPC'),
      });
    },
  );

  test('never silently weaker: the supervisor dies in mid-run', async () => {
    const file = join(lab.folder, 'kill-supervisor.mjs');
    const marker = join(lab.folder, 'supervisor-marker');
    writeFileSync(file, killSupervisor(marker));
    const command = ['sh', '-c', `touch ${marker}; ${BUSY[2]}`];
    const run = await observe(lab, command, { env: { NODE_OPTIONS: `--import ${file}` } });
    expect(run.code).toBe(121);
    expect(run.report.capture.reasons.map((reason) => reason.code)).toContain('supervisor-lost');
  });

  /** Nothing is listed, so nothing may arrive, whatever part of the guard is gone. */
  const STRANGER =
    'i=0; while [ $i -lt 300 ]; do curl -s -m 1 http://stranger.lab.example/ http://198.51.100.30/; sleep 0.1; i=$((i+1)); done';

  test.for([{ mode: 'enforce' }, { mode: 'sinkhole' }])(
    'never silently weaker: $mode does not become watching when the supervisor dies',
    async ({ mode }) => {
      const file = join(lab.folder, `kill-in-${mode}.mjs`);
      const marker = join(lab.folder, `${mode}-marker`);
      writeFileSync(file, killSupervisor(marker));
      const before = (await lab.log()).http.length;
      const run = await observe(lab, ['sh', '-c', `touch ${marker}; ${STRANGER}`], {
        env: { NODE_OPTIONS: `--import ${file}` },
        args: ['--mode', mode],
      });
      expect(run.code).toBe(121);
      expect(run.report.capture.reasons.map((reason) => reason.code)).toContain('supervisor-lost');
      expect((await lab.log()).http).toHaveLength(before);
    },
  );

  test.for([{ mode: 'enforce' }, { mode: 'sinkhole' }])(
    'never silently weaker: $mode does not become watching when the gateway’s process dies',
    async ({ mode }) => {
      const before = (await lab.log()).http.length;
      await withoutGateway(`of-a-user-${mode}`, STRANGER, ['--mode', mode]);
      expect((await lab.log()).http).toHaveLength(before);
    },
  );

  test('never silently weaker: where the supervisor dies before the command, nothing is run', async () => {
    const file = join(lab.folder, 'kill-supervisor-early.mjs');
    const marker = join(lab.folder, 'early-marker');
    writeFileSync(file, killSupervisor(null));
    const args = ['run', '--db', join(lab.folder, 'early.db'), '--', 'touch', marker];
    const output = await lab.egresslock(args, { env: { NODE_OPTIONS: `--import ${file}` } });
    // Node aborts now and then where a thread is ended while it loads an addon; then too there is no command.
    expect([121, 122, null]).toContain(output.code);
    expect(existsSync(marker)).toBe(false);
  });

  test('never silently weaker: an unforeseen failure of egresslock itself ends the command', async () => {
    const file = join(lab.folder, 'fail-inside.mjs');
    const marker = join(lab.folder, 'unforeseen-marker');
    writeFileSync(
      file,
      `import { existsSync } from 'node:fs';
      if (process.argv[1]?.endsWith('cli/main.js')) setInterval(() => {
        if (existsSync(${JSON.stringify(marker)})) throw new Error('unforeseen');
      }, 50).unref();`,
    );
    const output = await lab.egresslock(
      ['run', '--db', join(lab.folder, 'unforeseen.db'), '--', 'sh', '-c', `touch ${marker}; ${BUSY[2]}`],
      { env: { NODE_OPTIONS: `--import ${file}` } },
    );
    expect(output.code).toBe(121);
    expect(output.stderr).toContain('unforeseen');
    expect(output.stderr).toContain('the command was ended');
  });

  test.for([
    { uid: 0, own: 'unshare --pid' },
    { uid: 1001, own: 'agent/main.js' },
  ])(
    'egresslock is killed: so is the command, and what it saw is kept as partial, as uid $uid',
    async ({ uid, own: expected }) => {
      const folder = join(lab.folder, `killed-${uid}`);
      mkdirSync(folder);
      chmodSync(folder, 0o777);
      const database = join(folder, 'killed.db');
      const marker = join(folder, 'marker');
      const inner = `curl -s http://web.lab.example/; touch ${marker}; sleep 30; echo late > ${marker}`;
      let pid = 0;
      const running = lab.egresslock(['run', '--db', database, '--', 'sh', '-c', inner], {
        uid,
        onStart: (child) => {
          pid = child.pid ?? 0;
        },
      });
      await until(() => existsSync(marker));
      await new Promise((resolve) => setTimeout(resolve, 200));
      const own = childrenOf(pid);
      expect(own.map(({ line }) => line).join('\n')).toContain(expected);
      process.kill(pid, 'SIGKILL');
      const output = await running;
      expect(output.signal).toBe('SIGKILL');
      await until(() => !own.some((child) => existsSync(`/proc/${child.pid}`)));
      const alive = (): string => execFileSync('ps', ['-eo', 'args']).toString();
      await until(() => !alive().includes(marker));
      const store = openStore(database);
      const record = store.record('latest');
      store.close();
      expect(record?.capture).toMatchObject({ verdict: 'partial', reasons: [{ code: 'killed' }] });
      expect(
        record?.events.some((event) => event.kind === 'connection' && event.host === 'web.lab.example'),
      ).toBe(true);
      const shown = await lab.egresslock(['show', '--db', database]);
      expect(shown.stdout).toContain('web.lab.example');
    },
  );

  test('a full disk costs the journal, not the command', async () => {
    const folder = join(lab.folder, 'small');
    mkdirSync(folder);
    const script = `mount -t tmpfs -o size=320k small ${folder} && exec "$@"`;
    const many = 'for i in $(seq 1 150); do curl -s http://web.lab.example/$i; done; echo end';
    const command = [
      'node',
      join(import.meta.dirname, '../../dist/cli/main.js'),
      'run',
      '--db',
      join(folder, 'runs.db'),
      '--',
      'sh',
      '-c',
      many,
    ];
    const output = await lab.exec(['unshare', '--mount', 'sh', '-c', script, 'sh', ...command]);
    expect(output.stdout).toMatch(/(hello){150}end\n$/);
    expect(output.code).toBe(121);
    expect(output.stderr).toContain('journal-failed');
  });

  test('a project that may only be read: the run is kept elsewhere, and a line says where', async () => {
    const project = join(lab.folder, 'readonly');
    const home = join(lab.folder, 'home');
    mkdirSync(project);
    mkdirSync(home);
    chmodSync(home, 0o777);
    writeFileSync(join(project, 'package.json'), '{}');
    chmodSync(project, 0o555);
    const output = await lab.egresslock(['run', '--', 'curl', '-s', 'http://web.lab.example/'], {
      cwd: project,
      uid: 1001,
      env: { HOME: home, XDG_STATE_HOME: '' },
    });
    expect(output).toMatchObject({ code: 0, stdout: 'hello' });
    const database = join(home, '.local/state/egresslock/runs.db');
    expect(output.stderr).toContain(`the run is kept in ${database}`);
    expect(existsSync(database)).toBe(true);
  });

  test('total: what has no end in the place of a manifest, a lock or a script holds nobody up', async () => {
    const folder = join(lab.folder, 'endless');
    mkdirSync(join(folder, 'node_modules/left'), { recursive: true });
    mkdirSync(join(folder, 'node_modules/right'));
    writeFileSync(
      join(folder, 'package.json'),
      '{ "name": "app", "dependencies": { "left": "1", "right": "1" } }',
    );
    for (const name of ['left', 'right'])
      writeFileSync(
        join(folder, `node_modules/${name}/package.json`),
        `{ "name": "${name}", "version": "1.0.0" }`,
      );
    const call =
      "module.exports = () => require('http').get('http://web.lab.example/').on('error', () => {});";
    writeFileSync(join(folder, 'node_modules/left/index.js'), call);
    const replaced =
      'package.json package-lock.json node_modules/.package-lock.json node_modules/left/package.json';
    const script = [
      `node -e "require('left')()"`,
      `rm -f ${replaced} node_modules/right/package.json node_modules/left/index.js`,
      `mkfifo ${replaced}`,
      'ln -s /dev/zero node_modules/right/package.json',
      'ln -s /dev/zero node_modules/left/index.js',
    ].join(' && ');
    const options = { cwd: folder, args: ['--phase', 'test'], timeout: 20_000 };
    const run = await observe(lab, ['sh', '-c', script], options);
    expect(run.code).toBe(0);
    // Nothing proves its code any more.
    expect(run.to('web.lab.example')[0]?.attributions.map((one) => one.evidence)).not.toContain('stack+hash');
  });

  test('no package.json: still profiled, by process', async () => {
    const folder = join(lab.folder, 'bare');
    mkdirSync(folder);
    const run = await observe(lab, ['curl', '-s', 'http://web.lab.example/'], { cwd: folder });
    expect(run.to('web.lab.example')[0]?.attributions).toMatchObject([
      { evidence: 'process-only', package: null },
    ]);
  });

  test.for([
    {
      name: 'a lock that is not JSON',
      args: ['run', '--', 'touch', 'ran'],
      lock: '{',
      code: 2,
      says: 'expected JSON in the lock',
    },
    {
      name: 'a lock of another version',
      args: ['run', '--', 'touch', 'ran'],
      lock: '{"lockVersion":9,"rows":[]}',
      code: 2,
      says: 'lockVersion',
    },
    {
      name: 'a lock that the user names and that is not there',
      args: ['run', '--lock', 'none.json', '--', 'touch', 'ran'],
      code: 2,
      says: 'none.json',
    },
    {
      name: 'an unknown flag',
      args: ['run', '--no-such-flag', '--', 'touch', 'ran'],
      code: 2,
      says: "unknown option '--no-such-flag'",
    },
    {
      name: 'a mode that there is not',
      args: ['run', '--mode', 'allow', '--', 'touch', 'ran'],
      code: 2,
      says: 'observe, enforce, sinkhole',
    },
    {
      name: 'a report that can not be written',
      args: ['run', '--json', '/none/such', '--', 'touch', 'ran'],
      code: 2,
      says: '/none/such',
    },
    {
      name: 'a command that is not there',
      args: ['run', '--', 'no-such-command'],
      code: 127,
      says: 'no-such-command',
    },
  ])('$name: exit $code', async ({ name, args, lock, code, says }) => {
    const folder = join(lab.folder, name.replaceAll(' ', '-'));
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{}');
    if (lock !== undefined) writeFileSync(join(folder, 'egress.lock.json'), lock);
    const output = await lab.egresslock(args, { cwd: folder });
    expect(output.code).toBe(code);
    expect(output.stderr).toContain(says);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });

  test('where no sandbox can be made: exit 122, and nothing is run', async () => {
    const folder = join(lab.folder, 'no-sandbox');
    mkdirSync(folder);
    const noPowers = ['setpriv', '--bounding-set', '-sys_admin', '--inh-caps', '-sys_admin', '--'];
    const main = join(import.meta.dirname, '../../dist/cli/main.js');
    const output = await lab.exec([...noPowers, 'node', main, 'run', '--', 'touch', 'ran'], { cwd: folder });
    expect(output.code).toBe(122);
    expect(output.stderr).toContain('nothing was run');
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });

  test('survivors are ended and named', async () => {
    const run = await observe(lab, [
      'sh',
      '-c',
      'setsid sleep 987 >/dev/null 2>&1 & sleep 0.3; echo started',
    ]);
    expect(run.stdout).toBe('started\n');
    expect(run.report.capture.survivors).toEqual(['sleep 987']);
    expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toContain('sleep 987');
  });

  test('streams, folder, uid, environment and exit code are the command’s own', async () => {
    const folder = join(lab.folder, 'own');
    mkdirSync(folder);
    const script = 'cat; pwd; id -u; echo $SOME; echo "$0 $#"; echo error >&2; exit 7';
    const run = await lab.egresslock(['run', '--quiet', '--', 'sh', '-c', script, 'name', 'a b', ''], {
      cwd: folder,
      input: 'input\n',
      env: { SOME: 'value' },
    });
    expect(run).toEqual({
      code: 7,
      signal: null,
      stdout: `input\n${folder}\n0\nvalue\nname 2\n`,
      stderr: 'error\n',
    });
  });

  test('an ordinary user stays who he is, without any power over the sandbox', async () => {
    const script =
      'id -u; id -g; grep CapEff /proc/self/status; unshare -n true; umount /proc; ip link del egress0; true';
    const run = await observe(lab, ['sh', '-c', script], { uid: 1001 });
    expect(run.stdout).toBe('1001\n1001\nCapEff:\t0000000000000000\n');
    expect(run.report.capture.verdict).toBe('complete');
  });

  test('a first SIGTERM reaches the command, a second ends all of it', async () => {
    const marker = join(lab.folder, 'signal-marker');
    let pid = 0;
    const stubborn = `trap 'echo first > ${marker}' TERM; echo up > ${marker}; while :; do sleep 0.1; done`;
    const running = observe(lab, ['sh', '-c', stubborn], {
      onStart: (child) => {
        pid = child.pid ?? 0;
      },
    });
    await until(() => attempt(() => readFileSync(marker, 'utf8')) === 'up\n');
    process.kill(pid, 'SIGTERM');
    await until(() => readFileSync(marker, 'utf8') === 'first\n');
    process.kill(pid, 'SIGTERM');
    expect((await running).code).toBe(137);
  });

  test('a signal reaches the command beside its orphans', async () => {
    const marker = join(lab.folder, 'orphan-marker');
    let pid = 0;
    const script = `(sleep 987 >/dev/null 2>&1 &); exec sh -c "trap 'exit 9' TERM; echo up > ${marker}; while :; do sleep 0.1; done"`;
    const running = observe(lab, ['sh', '-c', script], {
      onStart: (child) => {
        pid = child.pid ?? 0;
      },
    });
    await until(() => attempt(() => readFileSync(marker, 'utf8')) === 'up\n');
    process.kill(pid, 'SIGTERM');
    const { code, report } = await running;
    expect(code).toBe(9);
    expect(report.capture.survivors).toEqual(['sleep 987']);
  });
});
