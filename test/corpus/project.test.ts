import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe, type ReportedRun } from '../lab/report.js';
import { fetchClients, makeServiceProject } from './corpus-project.js';

/** A service whose tests use axios, pg and a telemetry client, against servers that answer. */
describeLab('a service and its tests', () => {
  let lab: Lab;
  let folder: string;
  let run: ReportedRun;
  const stackOf = (host: string): unknown =>
    run.to(host).flatMap(({ port, protocol, attributions }) =>
      attributions.map(({ package: cause, evidence, why, stack }) => ({
        to: `${port}/${protocol}`,
        cause: cause?.name,
        clients: stack?.clients.map(({ name, why: [chain] }) => [name, chain]),
        evidence,
        why,
      })),
    );
  const ownFrame = (host: string): unknown => {
    const frames = run
      .to(host)
      .flatMap(({ attributions }) => attributions.flatMap(({ stack }) => stack?.frames ?? []));
    const frame = frames.find((one) => one.package?.name === 'service' && one.path.startsWith('src/'));
    return frame && `${frame.path}:${frame.line} ${frame.function}`;
  };

  beforeAll(async () => {
    const clients = fetchClients();
    lab = await startLab();
    folder = join(lab.folder, 'service');
    makeServiceProject(folder, clients);
    run = await observe(lab, ['node', '--test'], { cwd: folder, args: ['--phase', 'test'], timeout: 60_000 });
  }, 300_000);
  afterAll(() => lab?.stop());

  test('the tests pass, and all was seen', () => {
    expect(run.code, run.stdout + run.stderr).toBe(0);
    expect(run.report.capture.verdict).toBe('complete');
    expect(run.report.findings.filter(({ rule }) => rule !== 'new-destination')).toEqual([]);
  });

  test('once it is accepted, all of it is let out, each by its own rows', async () => {
    const accepted = await lab.egresslock(['accept', '--db', run.database], { cwd: folder });
    expect(accepted.code, accepted.stderr).toBe(0);
    const args = ['--phase', 'test', '--mode', 'enforce'];
    const enforced = await observe(lab, ['node', '--test'], { cwd: folder, args, timeout: 60_000 });
    expect(enforced.code, enforced.stdout + enforced.stderr).toBe(0);
    expect(enforced.report.findings).toEqual([]);
  });

  test('axios calls for the service', () => {
    const clients = [
      ['axios', ['service', 'axios']],
      ['follow-redirects', ['service', 'axios', 'follow-redirects']],
    ];
    expect(stackOf('api.collect.lab.example')).toEqual([
      { to: '80/http', cause: 'service', clients, evidence: 'stack+hash', why: [['service']] },
    ]);
    expect(ownFrame('api.collect.lab.example')).toBe('src/prices.js:3 price');
  });

  test('pg connects by itself', () => {
    const pg = {
      to: '5432/unknown',
      cause: 'pg',
      clients: [],
      evidence: 'stack+hash',
      why: [['service', 'pg']],
    };
    expect(stackOf('web.lab.example')).toEqual([pg]);
  });

  test('the telemetry client sends when its timer says so', () => {
    const found = stackOf('telemetry.collect.lab.example');
    expect(found).toEqual([
      {
        to: '80/http',
        cause: 'posthog-node',
        clients: [],
        evidence: 'stack+hash',
        why: [['service', 'posthog-node']],
      },
    ]);
  });
});
