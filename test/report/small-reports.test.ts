import { expect, test } from 'vitest';
import type { RunSummary } from '../../src/model/run-summary.js';
import { doctorText } from '../../src/report/doctor.js';
import { findingsText, sortedFindings } from '../../src/report/findings.js';
import { runsJson, runsText } from '../../src/report/runs.js';
import { newForCurl, newLeft, record, stale } from './sample.js';

const summary: RunSummary = {
  run: record().run,
  verdict: 'complete',
  state: 'finished',
  destinations: 4,
  findings: 2,
};
const rows: RunSummary[] = [
  summary,
  {
    run: {
      ...summary.run,
      id: '20260101T030405678-9abcdef0',
      command: ['npm', 'test', '--', '\u001b[2J\n'],
      phase: 'test',
      mode: 'enforce',
      exitCode: null,
      durationMs: null,
    },
    verdict: 'partial',
    state: 'killed',
    destinations: 12,
    findings: 0,
  },
];

test('runs', async () => {
  await expect(runsText(rows, { colour: false })).toMatchFileSnapshot('golden/runs.txt');
  expect(runsText([], { colour: false })).toMatch(/^no stored run/);
  for (const line of runsText(rows, { colour: false, width: 60 }).split('\n'))
    expect(line.length).toBeLessThanOrEqual(60);
});

test('an incomplete run is painted, a running one is not called incomplete by colour', () => {
  expect(runsText(rows, { colour: true }).split('\u001b[33m')).toHaveLength(2);
  expect(runsText([{ ...rows[1]!, state: 'running' }], { colour: true })).not.toContain('\u001b[33m');
});

test('runs as JSON say no machine path', () => {
  const { runs } = runsJson(rows);
  expect(runs[0]).toEqual({
    id: summary.run.id,
    command: ['npm', 'ci'],
    phase: 'install',
    mode: 'observe',
    exitCode: 0,
    startedAt: summary.run.startedAt,
    durationMs: 12_345,
    verdict: 'complete',
    state: 'finished',
    destinations: 4,
    findings: 2,
  });
});

test('findings: most severe first, shared advice once', async () => {
  const findings = [
    stale('a.example'),
    newForCurl,
    newLeft,
    { ...newLeft, severity: 'critical' as const, message: 'worst', help: 'own advice' },
  ];
  await expect(findingsText(findings, { colour: false, width: 72 })).toMatchFileSnapshot(
    'golden/findings.txt',
  );
  expect(sortedFindings(findings).map((finding) => finding.severity)).toEqual([
    'critical',
    'high',
    'high',
    'info',
  ]);
  expect(findingsText([], { colour: false })).toBe('no findings\n');
});

test('findings without a width stand on one line each, however hostile', () => {
  const text = findingsText([{ ...newLeft, message: '\u001b[2J\n'.repeat(10_000), help: '\u202e' }], {
    colour: false,
  });
  expect(text.split('\n')).toHaveLength(3);
  expect(text.length).toBeLessThan(1200);
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});

test('doctor', async () => {
  const checks = [
    { name: 'kernel', state: 'ok' as const, detail: 'linux 6.8.0 on x64', repair: null },
    { name: 'seccomp user notification', state: 'ok' as const, detail: 'the kernel has it', repair: null },
    {
      name: 'namespaces',
      state: 'missing' as const,
      detail: 'neither as this user nor by sudo',
      repair: 'sudo sysctl user.max_user_namespaces=10000',
    },
    { name: 'resolver', state: 'unknown' as const, detail: '\u001b[2J', repair: null },
  ];
  const text = doctorText({
    checks,
    backend: null,
    how: 'no sandbox can be made here',
    blind: ['what a process does inside of TLS'],
  });
  await expect(text).toMatchFileSnapshot('golden/doctor.txt');
});
