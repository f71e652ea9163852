import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DetonationReport } from '../../src/report/detonation.js';
import { describeLab, type Lab, type Output, startLab } from '../lab/lab.js';

const REGISTRY = 'http://registry.lab.example/';
/** The registry, and the resolver that is asked for its name. */
const EXPECTED = ['198.51.100.20 80', '198.51.100.53 53'];

interface Detonated extends Output {
  readonly report: DetonationReport;
  /** `host:port verdict package` of all destinations of a phase. */
  tried(phase: string): string[];
}

/** Command lines that name a detonation below a folder. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(`${folder}/egresslock-detonate-`));
}

describeLab('detonate', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  const detonate = (args: readonly string[], uid?: number): Promise<Output> =>
    lab.egresslock(['detonate', ...args, '--registry', REGISTRY, '--wait', '2'], {
      env: { HOME: lab.folder, TMPDIR: lab.folder },
      timeout: 120_000,
      ...(uid === undefined ? {} : { uid }),
    });
  const asJson = async (name: string, ...args: string[]): Promise<Detonated> => {
    const output = await detonate([name, '--json', ...args]);
    if (!output.stdout.startsWith('{')) throw new Error(`no report: ${output.stdout}${output.stderr}`);
    const report: DetonationReport = JSON.parse(output.stdout);
    const tried = (phase: string): string[] =>
      report.phases
        .filter((one) => one.phase === phase)
        .flatMap((one) => one.report.destinations)
        .map(({ host, port, verdict, attributions }) => {
          const [first] = attributions;
          return `${host}:${port} ${verdict} ${first?.package?.name ?? first?.manager}`;
        });
    return { ...output, report, tried };
  };
  /** What has come to the lab, but for the way to the registry. */
  const arrived = async (): Promise<unknown[]> => {
    const { dns, foreignDns, http, wire } = await lab.log();
    expect(wire.missed).toBe(0);
    const names = dns.filter(({ name }) => name !== 'registry.lab.example');
    const flows = wire.flows.filter(({ address, port }) => !EXPECTED.includes(`${address} ${port}`));
    return [...names, ...foreignDns, ...http, ...flows];
  };

  test('a package that is quiet', { timeout: 120_000 }, async () => {
    const { code, report, tried } = await asJson('quiet@1.0.0');
    expect(report).toMatchObject({ package: 'quiet@1.0.0', verdict: 'complete', tried: false });
    expect(code).toBe(0);
    expect(tried('fetch')).toEqual(['registry.lab.example:80 allowed npm']);
    expect([...tried('install'), ...tried('require'), ...tried('import')]).toEqual([]);
    expect(report.phases.map(({ phase, report: { run } }) => `${phase} ${run.exitCode}`)).toEqual([
      'fetch 0',
      'install 0',
      'require 0',
      'import 0',
    ]);
    expect(await arrived()).toEqual([]);
    expect(readdirSync(lab.folder).filter((name) => name.startsWith('egresslock-'))).toEqual([]);
  });

  test('a script of a dependency of a dependency', { timeout: 120_000 }, async () => {
    const { code, report, tried } = await asJson('top@1.0.0');
    expect(code).toBe(120);
    expect(tried('install')).toEqual(['leaf.collect.lab.example:80 sunk leaf']);
    expect(report.phases[1]?.report.requests).toMatchObject([
      { host: 'leaf.collect.lab.example', method: 'GET', status: 200 },
    ]);
    expect(report.phases[1]?.report.destinations[0]?.attributions[0]?.why).toEqual([
      ['detonation', 'top', 'middle', 'leaf'],
    ]);
    expect(await arrived()).toEqual([]);
  });

  test('the registry is for the package manager, and not for scripts', { timeout: 120_000 }, async () => {
    const { code, tried } = await asJson('asks-registry@1.0.0');
    expect(code).toBe(120);
    expect(tried('install')).toEqual(['registry.lab.example:80 sunk asks-registry']);
    expect(await arrived()).toEqual([]);
  });

  test('code that speaks when it is loaded, for people', { timeout: 120_000 }, async () => {
    const output = await detonate(['loads@1.0.0', '--reveal']);
    expect(output.code, output.stderr).toBe(120);
    expect(output.stdout).toMatch(/^egresslock: loads@1\.0\.0: this was tried, and answered here\n/);
    expect(output.stdout).toMatch(/\n {2}loads@1\.0\.0, through detonation > loads\n/);
    expect(output.stdout).toMatch(/\n {4}loads\.collect\.lab\.example:443 {2}tls {2}1 flow, /);
    expect(output.stdout).toMatch(
      /\n {4}POST https:\/\/loads\.collect\.lab\.example\/stolen\?a=1 {2}\d+ B: \d+\n/,
    );
    expect(output.stdout).toMatch(/\n {4}secret\.loads\.collect\.lab\.example {2}only looked up/);
    expect(output.stdout).toMatch(/\ncapture complete\n/);
    expect(await arrived()).toEqual([]);
  });

  test('code that can be imported only', { timeout: 120_000 }, async () => {
    const { code, report, tried } = await asJson('loads-as-module@1.0.0');
    expect(code).toBe(120);
    expect(tried('import')).toEqual(['loads-as-module.collect.lab.example:443 sunk loads-as-module']);
    expect(report.phases[3]?.report.requests).toMatchObject([
      { host: 'loads-as-module.collect.lab.example', protocol: 'tls', status: 200 },
    ]);
    expect(await arrived()).toEqual([]);
  });

  test('code that ends the process that requires it', { timeout: 120_000 }, async () => {
    const { code, tried } = await asJson('leaves@1.0.0');
    expect(code).toBe(120);
    expect(tried('require')).toEqual([]);
    expect(tried('import')).toEqual(['leaves.collect.lab.example:80 sunk leaves']);
    expect(await arrived()).toEqual([]);
  });

  test('as an ordinary user', { timeout: 120_000 }, async () => {
    const output = await detonate(['direct@1.0.0'], 1001);
    expect(output.code, output.stderr).toBe(120);
    expect(output.stdout).toMatch(/\n {2}direct@1\.0\.0 \(postinstall\)/);
    expect(await arrived()).toEqual([]);
  });

  test('who ends it ends the package as well', { timeout: 120_000 }, async () => {
    const output = await lab.egresslock(['detonate', 'hangs@1.0.0', '--registry', REGISTRY], {
      env: { HOME: lab.folder, TMPDIR: lab.folder },
      onStart: (child) =>
        child.stderr?.on('data', (chunk: Buffer) => {
          if (chunk.includes('hangs@1.0.0: install')) setTimeout(() => child.kill('SIGTERM'), 2000);
        }),
    });
    expect(output.stderr).toContain('the phase install failed');
    expect(output).toMatchObject({ code: 121, signal: null });
    expect(processesOf(lab.folder)).toEqual([]);
    expect(readdirSync(lab.folder).filter((name) => name.startsWith('egresslock-'))).toEqual([]);
  });

  test('a package that is not there', { timeout: 120_000 }, async () => {
    const output = await detonate(['nobody@1.0.0']);
    expect(output.code).toBe(1);
    expect(output.stderr).toContain('E404');
    expect(output.stderr).toContain('the phase fetch failed');
  });

  test.for(['nobody', '-x@1', '../x@1', 'a b@1', 'git+https://x.example/y@1'])(
    '%s is no package',
    async (name) => {
      const output = await lab.egresslock(['detonate', '--', name]);
      expect(output).toMatchObject({ code: 2, stdout: '' });
    },
  );
});
