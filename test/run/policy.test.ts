import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe, type ReportedRun } from '../lab/report.js';

/** What `egresslock.config.yaml` says, carried out. */
describeLab('a configuration', () => {
  let lab: Lab;
  let counter = 0;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  const folder = (config: string, files: Readonly<Record<string, string>> = {}): string => {
    counter += 1;
    const path = join(lab.folder, `configured-${counter}`);
    mkdirSync(path);
    for (const [name, text] of Object.entries({ 'egresslock.config.yaml': config, ...files }))
      writeFileSync(join(path, name), text);
    return path;
  };
  const run = (cwd: string, command: string, args: readonly string[] = []): Promise<ReportedRun> =>
    observe(lab, ['sh', '-c', command], { cwd, args: [...args, '--phase', 'build'] });
  const rules = (run: ReportedRun) =>
    run.report.findings.flatMap(({ rule, also }) => [rule, ...(also ?? [])]);

  const OPEN = 'rules:\n  - { host: web.lab.example, ports: 80, action: allow }\n';

  test('gives each phase its mode, and the command line has the last word', async () => {
    const cwd = folder(`mode: { default: enforce, install: observe }\n${OPEN}`);
    const url = 'curl -sS http://dual.lab.example/';
    expect((await run(cwd, url)).to('dual.lab.example')).toMatchObject([{ verdict: 'blocked' }]);
    const watched = await run(cwd, url, ['--mode', 'observe']);
    expect(watched.stdout).toBe('hello');
    const install = await observe(lab, ['sh', '-c', url], { cwd, args: ['--phase', 'install'] });
    expect(install.report.run.mode).toBe('observe');
  });

  test('answers unlisted names with no data, with an address, or with another name', async () => {
    const ask = 'getent ahostsv4 unlisted.lab.example | head -1 || true';
    const answered = async (answer: string) =>
      (await run(folder(`mode: enforce\ndns: { answer: ${answer} }\n${OPEN}`), ask)).stdout.split(/\s/)[0];
    expect(await answered('nodata')).toBe('');
    expect(await answered('{ override: 192.0.2.77 }')).toBe('192.0.2.77');
    expect(await answered('{ override: web.lab.example }')).toBe('198.51.100.30');
  });

  test('holds each link of an alias, or trusts it', async () => {
    const alias = 'rules:\n  - { host: alias.lab.example, ports: 80, action: allow }\n';
    const url = 'curl -sS http://alias.lab.example/';
    const inspected = await run(folder(`mode: enforce\n${alias}`), url);
    expect(inspected.stdout).toBe('');
    expect(inspected.stderr).toContain('CNAME to chain.lab.example');
    expect((await run(folder(`mode: enforce\ndns: { cname: trust }\n${alias}`), url)).stdout).toBe('hello');
  });

  test('ends a flow whose budget is spent, and says so', async () => {
    const cwd = folder(`mode: enforce\nbudgets:\n  - { host: web.lab.example, bytes: 100 kB }\n${OPEN}`);
    const post = (bytes: number) =>
      `head -c ${bytes} /dev/zero | curl -sS -H Expect: --data-binary @- http://web.lab.example/`;
    const within = await run(cwd, post(50_000));
    expect(within.stdout).toBe('50000');
    expect(within.code).toBe(0);
    const over = await run(cwd, post(5_000_000));
    expect(over.stdout).toBe('');
    expect(rules(over)).toContain('budget-exceeded');
    expect(over.to('web.lab.example')).toMatchObject([{ verdict: 'blocked', failures: ['EBUDGET'] }]);
  });

  test('an alert lets pass and is a finding; a severity and a fail level are the user’s', async () => {
    const alert = 'rules:\n  - { host: "*.lab.example", action: alert }\n';
    const url = 'curl -sS http://web.lab.example/';
    const alerted = await run(folder(`mode: enforce\n${alert}`), url);
    expect(alerted.stdout).toBe('hello');
    expect(rules(alerted)).toContain('alert-rule');
    expect(alerted.code).toBe(120);
    expect((await run(folder(`mode: enforce\nseverities: { alert-rule: low }\n${alert}`), url)).code).toBe(0);
    expect((await run(folder(`mode: enforce\nfailOn: critical\n${alert}`), url)).code).toBe(0);
  });

  test('what a rule permits is new to nobody, where there is a lock as well', async () => {
    const row = { package: 'left', phase: 'build', host: 'x.example', port: 443, protocol: 'tls' };
    const lock = { 'egress.lock.json': JSON.stringify({ lockVersion: 1, rows: [row] }) };
    const url = 'curl -sS http://web.lab.example/';
    const grave = (one: ReportedRun) => one.report.findings.filter(({ severity }) => severity !== 'info');
    for (const mode of ['observe', 'enforce']) {
      const cwd = folder(`mode: ${mode}\n${OPEN}`, lock);
      const permitted = await run(cwd, url);
      expect([permitted.code, permitted.stdout, grave(permitted)]).toEqual([0, 'hello', []]);
      const check = await lab.egresslock(['check', '--db', permitted.database], { cwd });
      expect(check.code, check.stdout + check.stderr).toBe(0);
    }
    expect(rules(await run(folder('mode: observe\n', lock), url))).toContain('new-destination');
  });

  test('an alert, a block and a budget are findings where nothing is blocked', async () => {
    const url = 'curl -sS http://web.lab.example/';
    const said = async (config: string) => rules(await run(folder(`mode: observe\n${config}`), url));
    expect(await said('rules:\n  - { host: web.lab.example, action: alert }\n')).toEqual(['alert-rule']);
    expect(await said('rules:\n  - { host: web.lab.example, action: block }\n')).toEqual(['blocked']);
    expect(await said('budgets:\n  - { host: web.lab.example, bytes: 20 }\n')).toEqual(['budget-exceeded']);
    expect(await said('budgets:\n  - { host: web.lab.example, bytes: 1 MB }\n')).toEqual([]);
  });

  test('a threat list blocks what a rule of lower rank allows, and is a finding where nothing is blocked', async () => {
    const list = { 'threats.txt': '# bad ones\nlab.example\n' };
    const lenient = 'rules:\n  - { host: web.lab.example, action: allow, priority: 300 }\n';
    const url = 'curl -sS http://web.lab.example/';
    const blocked = await run(folder(`mode: enforce\nthreatLists: [threats.txt]\n${lenient}`, list), url);
    expect(blocked.stdout).toBe('');
    expect(rules(blocked)).toContain('threat-list');
    const cwd = folder('mode: observe\n', list);
    const watched = await run(cwd, url, ['--threat-list', join(cwd, 'threats.txt')]);
    expect(watched.stdout).toBe('hello');
    expect(rules(watched)).toContain('threat-list');
    expect(watched.code).toBe(120);
  });

  test.for([
    ['an unknown key', 'moed: enforce\n', 'mode'],
    ['a value that is none', 'mode: maybe\n', 'observe'],
    ['a profile that is none', 'extends: [npmm]\n', 'npm'],
  ] as const)('%s is refused before anything runs, with the nearest right one', async ([, config, word]) => {
    const output = await lab.egresslock(['run', '--', 'sh', '-c', 'echo ran'], { cwd: folder(config) });
    expect(output.code).toBe(2);
    expect(output.stdout).toBe('');
    expect(output.stderr).toContain(word);
  });
});
