import { describe, expect, test } from 'vitest';
import type { Lock, LockRow } from '../../src/model/lock.js';
import { checkRun } from '../../src/policy/check.js';
import { atOrAbove } from '../../src/policy/severity.js';
import { attribution, byPackage, destination, ownQuery, runWith } from './runs.js';

const row = (one: Partial<LockRow>): LockRow => ({
  package: 'left',
  phase: 'install',
  host: 'x.example',
  port: 443,
  protocol: 'tls',
  ...one,
});
const lockOf = (...rows: LockRow[]): Lock => ({ lockVersion: 1, rows });
const left = byPackage('left', '1.2.4', { why: [['app', 'right', 'left']] });

describe('checkRun', () => {
  test('says nothing where the lock has it, in whatever spelling', () => {
    const run = runWith([destination('x.example', 443, { attributions: [left] })]);
    expect(checkRun(run, lockOf(row({ host: 'X.example.' })))).toEqual([]);
  });

  test('new-destination, in the words of the report', () => {
    const run = runWith([destination('x.example', 443, { attributions: [left] })]);
    expect(checkRun(run, lockOf())).toEqual([
      {
        rule: 'new-destination',
        severity: 'high',
        destination: 'x.example:443/tls',
        package: 'left@1.2.4',
        message:
          'new destination `x.example:443/tls` by `left@1.2.4` (postinstall), through `app > right > left`',
        help: 'if it is meant, egresslock accept adds it to the lock',
      },
    ]);
  });

  test.for([
    { what: 'another port', one: { port: 8443 } },
    { what: 'another protocol', one: { protocol: 'http' as const } },
    { what: 'another phase', one: { phase: 'test' } },
  ])('$what is another destination', ({ one }) => {
    const run = runWith([destination('x.example', 443, { attributions: [left] })]);
    expect(checkRun(run, lockOf(row(one))).map((finding) => finding.rule)).toContain('new-destination');
  });

  test('new-package-for-destination names those that were known', () => {
    const run = runWith([destination('x.example', 443, { attributions: [left] })]);
    const [finding] = checkRun(run, lockOf(row({ package: 'right' })));
    expect(finding).toMatchObject({
      rule: 'new-package-for-destination',
      severity: 'high',
      package: 'left@1.2.4',
    });
    expect(finding?.message).toContain('(right)');
  });

  test('an upgrade that talks to the same places changes nothing', () => {
    const run = runWith([destination('x.example', 443, { attributions: [byPackage('left', '2.0.0')] })]);
    expect(checkRun(run, lockOf(row({})))).toEqual([]);
  });

  test('direct-address takes the place of new-destination, and is found without a lock', () => {
    const run = runWith([destination('198.51.100.7', 443, { attributions: [left] })]);
    expect(checkRun(run, lockOf()).map((finding) => [finding.rule, finding.severity])).toEqual([
      ['direct-address', 'high'],
    ]);
    expect(checkRun(run, null).map((finding) => [finding.rule, finding.severity])).toEqual([
      ['direct-address', 'medium'],
    ]);
    expect(checkRun(run, lockOf(row({ host: '198.51.100.7' })))).toEqual([]);
  });

  test('own-resolver', () => {
    const to = destination('198.51.100.54', 53, { transport: 'udp', protocol: 'dns', attributions: [left] });
    const run = runWith([to], { events: [ownQuery('198.51.100.54')] });
    expect(checkRun(run, null).map((finding) => [finding.rule, finding.severity])).toEqual([
      ['own-resolver', 'medium'],
    ]);
  });

  test('a service of the loopback is a destination like any other', () => {
    const run = runWith([destination('localhost', 5432, { protocol: 'unknown', attributions: [left] })]);
    expect(checkRun(run, lockOf()).map((finding) => finding.rule)).toEqual(['new-destination']);
  });

  test('a name that was only looked up is new as well', () => {
    const run = runWith([destination('x.example', null, { attributions: [left] })]);
    expect(checkRun(run, lockOf()).map((finding) => finding.destination)).toEqual(['x.example']);
  });

  test('identity-contradiction, once for a package', () => {
    const lie = { field: 'name', claimed: 'lodash', witnessed: 'left' } as const;
    const lying = byPackage('left', '1.2.4', { contradictions: [lie] });
    const run = runWith([], {
      attributions: new Map([
        [1, lying],
        [2, { ...lying, actorId: 2 }],
      ]),
    });
    const findings = checkRun(run, null);
    expect(findings).toMatchObject([
      { rule: 'identity-contradiction', severity: 'high', package: 'left@1.2.4' },
    ]);
    expect(findings[0]?.message).toContain('lodash');
  });

  test('capture-incomplete gives all reasons', () => {
    const base = runWith([]);
    const reasons = [
      { code: 'gateway-lost' as const, message: 'one' },
      { code: 'witness-lost' as const, message: 'two' },
    ];
    const run = runWith([], { capture: { ...base.capture, verdict: 'partial', reasons } });
    expect(checkRun(run, null)).toMatchObject([
      { rule: 'capture-incomplete', severity: 'high', message: 'the capture is partial: one; two' },
    ]);
  });

  test('stale-entry only after a whole and successful run of that phase', () => {
    const lock = lockOf(row({}), row({ phase: 'test' }));
    const whole = runWith([]);
    expect(checkRun(whole, lock)).toMatchObject([
      { rule: 'stale-entry', severity: 'info', destination: 'x.example:443/tls' },
    ]);
    expect(checkRun(runWith([], { run: { ...whole.run, exitCode: 1 } }), lock)).toEqual([]);
    const partial = runWith([], { capture: { ...whole.capture, verdict: 'partial' } });
    expect(checkRun(partial, lock).map((finding) => finding.rule)).toEqual(['capture-incomplete']);
  });

  test('package managers and processes are told apart at one destination', () => {
    const npm = attribution({ actorId: 1, evidence: 'package-manager', manager: 'npm' });
    const curl = attribution({ actorId: 2, evidence: 'process-only' });
    const run = runWith([destination('x.example', 443, { attributions: [npm, curl] })]);
    expect(checkRun(run, lockOf()).map((finding) => finding.package)).toEqual(['(npm)', '(process) curl']);
    expect(checkRun(run, lockOf(row({ package: '(npm)' }), row({ package: '(process) curl' })))).toEqual([]);
  });

  test('gravest first, and levels count from there', () => {
    const lock = lockOf(row({ host: 'old.example' }));
    const run = runWith([destination('x.example', 443, { attributions: [left] })]);
    const findings = checkRun(run, lock);
    expect(findings.map((finding) => finding.severity)).toEqual(['high', 'info']);
    expect(atOrAbove(findings, 'high')).toHaveLength(1);
    expect(atOrAbove(findings, 'info')).toHaveLength(2);
    expect(atOrAbove(findings, 'critical')).toHaveLength(0);
  });
});
