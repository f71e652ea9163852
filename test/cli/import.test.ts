import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { pcap, pcapng } from '../capture/import/support/capture-files.js';
import { everything, timed } from '../capture/import/support/sessions.js';
import { useProject } from './command-project.js';

const RECORDS = timed(everything(4));
const validate = new Ajv2020({ allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../schema/report.schema.json'), 'utf8')),
);

describe('import', () => {
  const project = useProject();
  const { egresslock } = project;
  const write = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(project.folder, name), bytes);
    return name;
  };

  test('a capture becomes a run that every other command knows', () => {
    const file = write('x.pcap', pcap(RECORDS, { linkType: 101 }));
    const imported = egresslock('import', file, '--json', 'report.json');
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    expect(imported.stdout).toContain('tls.example:443');
    expect(imported.stdout).toContain('capture complete: 6 queries, 3 connections, 1 datagram flow');
    const report = JSON.parse(readFileSync(join(project.folder, 'report.json'), 'utf8'));
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    expect(report).toMatchObject({
      run: {
        command: ['egresslock', 'import', file],
        phase: 'import',
        exitCode: 0,
        startedAt: '2023-11-14T22:13:20.000Z',
      },
      capture: { verdict: 'complete', backend: 'import', reasons: [] },
    });
    const shown = egresslock('show', '--json');
    expect(JSON.parse(shown.stdout)).toEqual(report);
    expect(egresslock('runs').stdout).toContain('egresslock import x.pcap');
    expect(egresslock('explain', 'quick.example')).toMatchObject({ code: 0 });
    expect(egresslock('explain', 'quick.example').stdout).toContain('quick.example:443/quic');
    expect(egresslock('allowlist').stdout).toContain('plain.example');
    expect(egresslock('accept')).toMatchObject({ code: 0 });
    expect(egresslock('check')).toMatchObject({ code: 0 });
    expect(egresslock('import', file)).toMatchObject({ code: 0 });
  });

  test('a stranger to the lock is a finding, in the phase that was named', () => {
    const file = write('x.pcap', pcap(RECORDS, { linkType: 101 }));
    egresslock('import', file, '--phase', 'nightly');
    egresslock('accept');
    const lock = JSON.parse(readFileSync(join(project.folder, 'egress.lock.json'), 'utf8'));
    const rows = lock.rows.filter((row: { host: string }) => row.host !== 'quick.example');
    writeFileSync(join(project.folder, 'egress.lock.json'), JSON.stringify({ ...lock, rows }));
    const again = egresslock('import', file, '--phase', 'nightly');
    expect(again.code).toBe(120);
    expect(again.stdout).toContain('new destination `quick.example:443/quic`');
    expect(egresslock('import', file, '--phase', 'nightly', '--fail-on', 'critical').code).toBe(0);
    expect(egresslock('check').code).toBe(120);
  });

  test('a resolver that was not given is a finding where it is said which ones were', () => {
    const file = write('x.pcap', pcap(RECORDS, { linkType: 101 }));
    expect(egresslock('import', file).stdout).not.toContain('own-resolver');
    const imported = egresslock('import', file, '--resolver', '192.0.2.99');
    expect(imported.stdout).toMatch(/own resolver `[^`]+:53\/dns`/);
    expect(egresslock('import', file, '--resolver', 'dns.example')).toMatchObject({
      code: 2,
      stderr: 'egresslock: expected the address of a resolver, got dns.example\n',
    });
  });

  test('a capture that breaks off is imported up to there, and says where', () => {
    const whole = pcapng(RECORDS, { linkType: 101 });
    const file = write('cut.pcapng', whole.subarray(0, whole.length - 30));
    const imported = egresslock('import', file);
    expect(imported.code).toBe(0);
    expect(imported.stderr).toMatch(
      /^egresslock: cut\.pcapng makes no sense from byte \d+ on: expected a block/,
    );
    expect(imported.stdout).toContain('capture partial');
    expect(imported.stdout).toContain('[file-incomplete]');
    expect(imported.stdout).toContain('next: capture whole packets');
    expect(egresslock('check', '--lock', 'none.json').code).toBe(2);
    expect(JSON.parse(egresslock('show', '--json').stdout).capture.verdict).toBe('partial');
  });

  test('a record that claims 4 GB ends the reading at once', () => {
    const bytes = Buffer.concat([pcap(RECORDS, { linkType: 101 }), Buffer.alloc(64 * 1024 * 1024, 0xff)]);
    const start = performance.now();
    expect(egresslock('import', write('bomb.pcap', bytes))).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(
        `from byte ${bytes.length - 64 * 1024 * 1024} on: expected a record of at most 262144 bytes, got one that claims 4294967295`,
      ),
    });
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test('what is no capture is wrong usage, and leaves nothing behind', () => {
    write('text.pcap', Buffer.from('this is not a capture at all, whatever its name says'));
    write('empty.pcap', Buffer.alloc(0));
    mkdirSync(join(project.folder, 'folder.pcap'));
    spawnSync('mkfifo', [join(project.folder, 'pipe.pcap')]);
    for (const [file, words] of [
      ['text.pcap', 'expected a capture in the format pcap or pcapng'],
      ['empty.pcap', 'got an empty file'],
      ['folder.pcap', 'found something else'],
      ['pipe.pcap', 'found something else'],
      ['absent.pcap', 'no such file'],
      ['text.pcap/x', 'not a directory'],
    ] as const) {
      expect(egresslock('import', file)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(words),
      });
    }
    expect(egresslock('import')).toMatchObject({ code: 2 });
    expect(egresslock('runs')).toMatchObject({ code: 2 });
  });
});
