import { expect, test } from 'vitest';
import { type Detonation, detonationReport, detonationText } from '../../src/report/detonation.js';
import { jsonReport, type ReportV1 } from '../../src/report/json.js';
import { record } from './sample.js';

const base = jsonReport(record());
const quiet: ReportV1 = {
  ...base,
  run: { ...base.run, mode: 'sinkhole', exitCode: 0, durationMs: 1200 },
  capture: { ...base.capture, verdict: 'complete', reasons: [] },
  destinations: [],
  dns: [],
  denied: [],
  requests: [],
  findings: [],
};
const left: ReportV1['destinations'][number]['attributions'][number] = {
  package: { name: 'left', version: '1.2.4', location: 'node_modules/left' },
  lifecycle: 'postinstall',
  evidence: 'exec-lineage',
  why: [['detonation', 'right', 'left']],
  actor: { argv: ['node', 'x.js'], cwd: 'node_modules/left' },
  manager: null,
  script: 'node x.js',
  contradictions: [],
};
const destination: ReportV1['destinations'][number] = {
  host: 'x.example',
  port: 443,
  transport: 'tcp',
  protocol: 'tls',
  addresses: ['198.18.0.1'],
  connections: 2,
  bytesSent: 1500,
  bytesReceived: 900,
  verdict: 'sunk',
  failures: [],
  attributions: [left],
};
const noisy: ReportV1 = {
  ...quiet,
  destinations: [destination, { ...destination, host: 'y.example', port: null, failures: ['NODATA'] }],
  requests: [
    {
      host: 'x.example',
      port: 443,
      protocol: 'tls',
      method: 'POST',
      path: '/a',
      status: 200,
      headers: [],
      bodyBytes: 6,
      body: 'secret',
      attributions: [left],
    },
  ],
  denied: [{ what: 'ip protocol 1', address: '192.0.2.1', port: null, attempts: 3, attributions: [] }],
};
const registry: ReportV1 = {
  ...quiet,
  destinations: [{ ...destination, host: 'registry.example', verdict: 'allowed' }],
};
const detonation = (install: ReportV1): Detonation => ({
  package: 'right@1.0.0',
  phases: [
    { phase: 'fetch', report: registry },
    { phase: 'install', report: install },
  ],
});

test('by phase and package: what would have been reached, asked, and refused', () => {
  expect(detonationText(detonation(noisy), { colour: false, width: 100 })).toBe(
    [
      'egresslock: right@1.0.0: this was tried, and answered here',
      '',
      'fetch (exit 0, 1.2 s)',
      '  nothing was tried',
      '',
      'install (exit 0, 1.2 s)',
      '  left@1.2.4 (postinstall), through detonation > right > left',
      '    x.example:443  tls  2 flows, 1.5 kB out',
      '    y.example  only looked up  NODATA',
      '  requests',
      '    POST https://x.example/a  6 B: secret',
      '  denied: ip protocol 1 to 192.0.2.1, 3 times',
      '',
      'capture complete',
      '',
    ].join('\n'),
  );
});

test("the package manager's way to its registry is nothing that was tried", () => {
  expect(detonationReport(detonation(quiet))).toMatchObject({ tried: false, verdict: 'complete' });
  expect(detonationReport(detonation(noisy)).tried).toBe(true);
  expect(detonationReport(detonation({ ...noisy, destinations: [] })).tried).toBe(true);
});

test('one phase that is not complete is enough', () => {
  const partial: ReportV1 = {
    ...quiet,
    capture: {
      ...quiet.capture,
      verdict: 'partial',
      reasons: [{ code: 'witness-lost', message: 'the wire witness lost 3 packets' }],
    },
  };
  expect(detonationReport(detonation(partial)).verdict).toBe('partial');
  expect(detonationText(detonation(partial), { colour: false, width: 60 })).toContain(
    '\n  the wire witness lost 3 packets [witness-lost]\n',
  );
});

test('names that somebody hostile has made are harmless', () => {
  const text = detonationText(
    detonation({ ...noisy, destinations: [{ ...destination, host: '\x1b[2Jx\n', attributions: [] }] }),
    { colour: false, width: 100 },
  );
  expect(text).not.toContain('\x1b');
  expect(text).toContain('  not attributed\n');
});
