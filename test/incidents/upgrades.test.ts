import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { fetchManagers } from '../lab/managers.js';
import { findingLines } from './findings.js';
import { ADDITION, openWorkshop, type Workshop } from './workshop.js';

/** A package that downloads a model at install: 1.0.1 is attacked, 2.0.0 is honest and asks one host more. */
describeLab('upgrades against the lock of the version before', () => {
  let lab: Lab;
  let workshop: Workshop;
  const declare = (version: string): void => workshop.declare({ dependencies: { upgraded: version } });
  beforeAll(async () => {
    lab = await startLab(ADDITION);
    workshop = openWorkshop(lab, 'upgrades', fetchManagers().npm11);
    declare('1.0.0');
    const { run } = await workshop.attempt('install');
    expect(run.report.findings).toEqual([]);
    await workshop.accept(run);
  }, 300_000);
  afterAll(() => lab?.stop());

  test('an attack in a patch release is one finding of high severity, and is refused in enforce mode', async () => {
    declare('1.0.1');
    const { run, strangers } = await workshop.attempt('install');
    expect(findingLines(run.report.findings)).toEqual([
      'high: new-destination: in.artifact-store.example:443/tls: upgraded@1.0.1',
    ]);
    expect({ code: run.code, flows: strangers.flows }).toEqual({ code: 120, flows: 1 });
    const enforced = await workshop.attempt('install', ['--mode', 'enforce']);
    expect(findingLines(enforced.run.report.findings)).toEqual([
      'high: blocked + new-destination: in.artifact-store.example: upgraded@1.0.1',
    ]);
    expect([enforced.strangers.flows, enforced.names]).toEqual([0, []]);
  });

  test('an honest major upgrade that asks one host more is one finding, and none once accepted', async () => {
    declare('2.0.0');
    const { run } = await workshop.attempt('install');
    expect(findingLines(run.report.findings)).toEqual([
      'high: new-destination: extra.partner.example:443/tls: upgraded@2.0.0',
    ]);
    expect(run.code).toBe(120);
    await workshop.accept(run);
    const again = await workshop.attempt('install', ['--mode', 'enforce']);
    expect({ code: again.run.code, findings: again.run.report.findings }).toEqual({ code: 0, findings: [] });
    expect(again.trusted.map((request) => request.url)).toEqual([
      'api.partner.example/v1/model',
      'extra.partner.example/v2/model',
    ]);
  });

  test('going back to the version before needs nothing new', async () => {
    declare('1.0.0');
    const { run } = await workshop.attempt('install', ['--mode', 'enforce']);
    expect(findingLines(run.report.findings)).toEqual([
      'info: stale-entry: extra.partner.example:443/tls: upgraded',
    ]);
    expect(run.code).toBe(0);
  });
});
