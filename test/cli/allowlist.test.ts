import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FORMATS } from '../../src/export/format.js';
import type { LockRow } from '../../src/model/lock.js';
import { formatLock } from '../../src/policy/lock-file.js';

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');

const row = (host: string, one: Partial<LockRow> = {}): LockRow => ({
  package: 'left',
  phase: 'install',
  host,
  port: 443,
  protocol: 'tls',
  ...one,
});

describe('allowlist', () => {
  let project: string;
  beforeEach(() => {
    project = realpathSync(mkdtempSync(join(tmpdir(), 'egresslock-allowlist-')));
    writeFileSync(join(project, 'package.json'), '{"name":"app"}');
    lock(row('a.example'), row('tool.example', { package: 'tool' }), row('b.example', { phase: 'test' }));
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  const lock = (...rows: readonly LockRow[]): void =>
    writeFileSync(join(project, 'egress.lock.json'), formatLock({ lockVersion: 1, rows }));
  const allowlist = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'allowlist', ...args], {
      cwd: project,
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  };

  test.each(FORMATS)('writes %s', (format) => {
    const { code, stdout } = allowlist('--format', format, '--resolver', '192.0.2.53');
    expect(code).toBe(0);
    if (format !== 'security-group' && format !== 'nftables') expect(stdout).toContain('a.example');
  });

  test('without options nothing has changed', () => {
    expect(allowlist()).toEqual({
      code: 0,
      stdout:
        'a.example     # 443/tls, needed by left\nb.example     # 443/tls, needed by left\ntool.example  # 443/tls, needed by tool\n',
      stderr: '',
    });
    expect(allowlist('--json').stdout).toBe(allowlist('--format', 'json').stdout);
  });

  test('says on standard error what the target can not; --strict refuses instead', () => {
    const { stdout, stderr } = allowlist('--format', 'route53');
    expect(stdout).not.toContain('widened');
    expect(stderr).toContain(
      'egresslock: widened: a.example, b.example, tool.example: Route 53 DNS Firewall does not look at port and protocol\n',
    );
    const strict = allowlist('--format', 'route53', '--strict');
    expect(strict).toMatchObject({ code: 2, stdout: '' });
    expect(strict.stderr).toContain('nothing is written');
    expect(allowlist('--format', 'suricata', '--strict')).toMatchObject({ code: 0, stderr: '' });
    lock(row('*.evil.example'));
    expect(allowlist('--strict')).toMatchObject({ code: 2, stdout: '' });
    expect(allowlist()).toMatchObject({ code: 0, stderr: '' });
  });

  test('a phase, and without dev dependencies', () => {
    expect(allowlist('--format', 'rpz', '--phase', 'test').stdout).not.toMatch(/^a\.example/m);
    expect(allowlist('--omit', 'dev')).toMatchObject({ code: 2, stdout: '' });
    writeFileSync(
      join(project, 'package-lock.json'),
      '{"lockfileVersion":3,"packages":{"":{},"node_modules/left":{},"node_modules/tool":{"dev":true}}}',
    );
    expect(allowlist('--omit', 'dev').stdout).not.toContain('tool.example');
    writeFileSync(join(project, 'package-lock.json'), '{');
    expect(allowlist('--omit', 'dev')).toMatchObject({ code: 2, stdout: '' });
  });

  test('the configuration allows wildcards and ranges, and blocks', () => {
    writeFileSync(
      join(project, 'egresslock.config.yaml'),
      'rules:\n  - { host: "*.y.example", ports: "8000-8100", protocols: tls }\n  - { host: a.example, action: block }\n',
    );
    const { stdout, stderr } = allowlist('--format', 'suricata');
    expect(stdout).toContain('-> any 8000:8100 (msg:"*.y.example"');
    expect(stdout).not.toContain('"a.example"');
    expect(stderr).toContain('left out: a.example: egresslock.config.yaml, rule 2 blocks it');
    expect(JSON.parse(allowlist('--json').stdout).rules).toEqual([
      { host: '*.y.example', ports: '8000-8100', protocol: 'tls', packages: [] },
    ]);
  });

  test('a wildcard is proposed, and stands where --widen says so', () => {
    lock(...[1, 2, 3].map((number) => row(`blob${number}.store.example.com`)));
    const proposed = allowlist('--format', 'squid');
    expect(proposed.stdout).toContain('blob2.store.example.com');
    expect(proposed.stderr).toContain('*.store.example.com could stand for');
    const widened = allowlist('--format', 'squid', '--widen');
    expect(widened.stdout).not.toContain('blob2');
    expect(widened.stdout).toContain('.store.example.com');
    expect(widened.stderr).toContain('*.store.example.com stands for');
    expect(allowlist('--widen').stdout).toMatch(/^\*\.store\.example\.com {2}# 443\/tls, needed by left\n$/);
  });

  test.each([
    ['--format', 'nosuch'],
    ['--format', 'squid', '--json'],
    ['--omit', 'prod'],
    ['--redirection', 'maybe'],
    ['--block-response', 'override=198.51.100.7'],
    ['--block-response', 'override='],
    ['--resolver', 'x.example'],
    ['--resolver', 'fe80::1%eth0'],
  ])('%s %s is refused', (...args) => {
    expect(allowlist(...args)).toMatchObject({ code: 2, stdout: '' });
  });
});
