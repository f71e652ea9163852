import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, MAIN, startLab } from '../lab/lab.js';

/** Names that no shell takes for a variable's, values that one would read otherwise, and a function of bash's. */
const ODD = [
  'a.b=1',
  'INPUT_NODE-VERSION=20',
  'npm_config_//registry.example/:_authToken=s$x`y`"z\'',
  '1x=2',
  'with blank=3',
  'PLAIN=\n$(date)\n',
  'EMPTY=',
  'IFS=:',
  'BASH_FUNC_said%%=() {  echo "$1"\n}',
];
const PRINT =
  'python3 -c \'import os; print(sorted(entry for entry in os.environb.items() if entry[0] not in (b"NODE_OPTIONS", b"EGRESSLOCK_HOOK", b"LC_CTYPE")))\'';

describeLab('the environment of the command', () => {
  let lab: Lab;
  let folder: string;
  beforeAll(async () => {
    lab = await startLab();
    const real = join(lab.folder, 'real');
    mkdirSync(real);
    chmodSync(real, 0o777);
    folder = join(lab.folder, 'linked');
    symlinkSync(real, folder);
  });
  afterAll(() => lab?.stop());

  const inEnvironment = async (
    before: readonly string[],
    entries: readonly string[],
    uid: number | undefined,
  ) => {
    const argv = [
      'env',
      '-i',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ...entries,
    ];
    const script = [...argv, ...before].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    const { stdout, stderr } = await lab.exec(['sh', '-c', `cd ${folder}; ${script} ${PRINT}`], {
      ...(uid === undefined ? {} : { uid }),
    });
    // sudo remarks that the lab has no name for its own host.
    return `${stdout}${stderr.replace(/^sudo: .*\n/gm, '')}`;
  };
  const wrapped = (uid: number | undefined): readonly string[] => [
    process.execPath,
    MAIN,
    'run',
    '--quiet',
    '--db',
    join(lab.folder, `environment-${uid ?? 0}.db`),
    '--',
  ];

  test.for([
    ['root', undefined, ODD],
    ['an ordinary user', 1001, ODD],
    [
      'root, with what a shell sets itself',
      undefined,
      [...ODD, 'PWD=/linked/there', 'OLDPWD=/before', 'SHLVL=7', '_=x'],
    ],
    ['root, with nothing else', undefined, []],
  ] as const)('is the caller’s: %s', async ([, uid, entries]) => {
    const plain = await inEnvironment([], entries, uid);
    expect(plain).toMatch(/^\[\(b'/);
    expect(await inEnvironment(wrapped(uid), entries, uid)).toBe(plain);
  });

  test('by way of sudo too', async () => {
    const restricted = join(import.meta.dirname, '../lab/restricted-user.sh');
    const host = (name: string): readonly string[] => [restricted, join(lab.folder, name), 'env', ...ODD];
    const plain = await inEnvironment(host('host-1'), [], undefined);
    expect(plain).toMatch(/_authToken/);
    expect(await inEnvironment([...host('host-2'), ...wrapped(1001)], [], undefined)).toBe(plain);
  });

  test('has no values in what others may read of the processes', async () => {
    const secret = join(lab.folder, 'secret');
    writeFileSync(secret, 'secretValue\n');
    const listed = `
      const fs = require("node:fs");
      const lines = fs.readdirSync("/proc").filter(Number).map((pid) => {
        try { return fs.readFileSync("/proc/" + pid + "/cmdline", "latin1"); } catch { return ""; } // It has ended.
      });
      console.log(["egresslock-init", "secret" + "Value"].map((text) => lines.some((line) => line.includes(text))));`;
    const run = `${wrapped(undefined).join(' ')} sh -c "echo up; sleep 2"`;
    const script = `read -r value < ${secret}; env "a.b=$value" ${run} | { read -r _; ${process.execPath} -e '${listed}'; cat > /dev/null; }`;
    const { stdout } = await lab.exec(['sh', '-c', script]);
    expect(stdout).toBe('[ true, false ]\n');
  });

  test.for([{ uid: 0 }, { uid: 1001 }])(
    'what a container engine gives in confidence is there, and nothing else of /run, as uid $uid',
    async ({ uid }) => {
      const serve = `import os, socket, time
os.chdir('/run/secrets'); kept = [socket.socket(socket.AF_UNIX) for n in range(3)]
for one, name in zip(kept, ('/run/secrets/agent', 'relative', 'stale')): one.bind(name); one.listen(); os.chmod(name, 0o777)
os.unlink('stale'); print('up', flush=True); time.sleep(40)`;
      const connect = `import socket
for name in ('agent', 'relative', 'stale'):
    try: socket.socket(socket.AF_UNIX).connect('/run/secrets/' + name); print('connected')
    except OSError: print('refused')`;
      const program = wrapped(uid)
        .slice(0, -1)
        .map((word) => `'${word}'`);
      const as = `setpriv --reuid ${uid} --regid ${uid} --clear-groups -- ${program.join(' ')}`;
      const script = [
        'mount -t tmpfs none /run; mkdir -p /run/secrets/deep /run/other; mount -t tmpfs none /run/secrets/deep',
        'echo token > /run/secrets/deep/npmrc; chmod -R a+rX /run',
        `python3 -c "${serve}" > ${lab.folder}/served-${uid} & until grep -q up ${lab.folder}/served-${uid}; do sleep 0.1; done`,
        `${as} -- sh -c 'ls -d /run/other /run/secrets 2>/dev/null; cat /run/secrets/deep/npmrc; python3 -c "$0"' "${connect}"`,
        `${as} --hide /run/secrets/deep -- sh -c 'ls /run/secrets/deep; echo hidden'`,
        'kill $!',
      ].join('\n');
      const output = await lab.exec(['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script]);
      expect(output.stdout, output.stderr).toBe('/run/secrets\ntoken\nrefused\nrefused\nrefused\nhidden\n');
    },
  );
});
