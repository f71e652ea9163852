import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, MAIN, startLab } from '../lab/lab.js';

const RESTRICTED = join(import.meta.dirname, '../lab/restricted-user.sh');

describeLab('where user namespaces are denied', () => {
  let lab: Lab;
  let count = 0;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  const project = (): string => {
    count += 1;
    const folder = join(lab.folder, `project-${count}`);
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, 'package.json'), '{}');
    return folder;
  };
  const restricted = (cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    lab.exec([RESTRICTED, `${cwd}-host`, process.execPath, MAIN, ...args], { cwd, env });

  test('sudo makes the namespaces, and the command runs as the caller without capabilities', async () => {
    const folder = project();
    const report = join(folder, 'report.json');
    const script =
      'id -u; id -g; echo $SOME; pwd; grep -c "^Cap.*:.*[1-9a-f]" /proc/self/status; cat; curl -s http://web.lab.example/; exit 3';
    const run = await restricted(folder, ['run', '--json', report, '--', 'sh', '-c', script], {
      SOME: 'secret value',
    });
    expect(run.stdout).toBe(`1001\n1001\nsecret value\n${folder}\n0\nhello`);
    expect(run.code).toBe(3);
    const { capture, destinations } = JSON.parse(readFileSync(report, 'utf8'));
    expect(capture.verdict).toBe('complete');
    expect(destinations).toMatchObject([{ host: 'web.lab.example', port: 80, protocol: 'http' }]);
  });

  test('all files are the caller’s own, and nothing is left of the way there', async () => {
    const folder = project();
    const run = await restricted(folder, [
      'run',
      '--json',
      'report.json',
      '--pcap',
      'wire.pcap',
      '--',
      'true',
    ]);
    expect(run.code).toBe(0);
    const files = ['report.json', 'wire.pcap', '.egresslock', '.egresslock/runs.db'];
    expect(files.map((file) => statSync(join(folder, file)).uid)).toEqual(files.map(() => 1001));
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('egresslock-sudo-'))).toEqual([]);
  });

  test('a file that the caller may not write is not written by root either', async () => {
    const run = await restricted(project(), ['run', '--json', '/etc/egresslock-report.json', '--', 'true']);
    expect(run.code).toBe(2);
  });

  test('the program of sudo serves nobody else', async () => {
    const run = await lab.exec(
      [process.execPath, join(MAIN, '../sudo-main.js'), '/nowhere', 'run', '--', 'true'],
      { uid: 1001 },
    );
    expect(run.code).toBe(2);
  });

  test('doctor says so', async () => {
    const run = await restricted(project(), ['doctor']);
    expect(run.stdout).toContain('by sudo, without a password');
  });
});
