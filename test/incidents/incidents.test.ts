import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { fetchManagers } from '../lab/managers.js';
import { findingLines, isRaised, placesTwice } from './findings.js';
import type { Incident } from './incident.js';
import { INCIDENTS_FROM_2025 } from './incidents-from-2025.js';
import { INCIDENTS_TO_2024 } from './incidents-to-2024.js';
import { type Reenactment, reenact } from './re-enact.js';
import { incidentTable, lootOf } from './table.js';
import { ADDITION, type Trial } from './workshop.js';

/** Milliseconds that a busy machine with two cores may need for the four runs of one incident. */
const PATIENCE = 5 * 60_000;

/** One after the other, since the lab counts what arrives; the table has what was raised and what has left. */
describeLab('published incidents', () => {
  let lab: Lab;
  let npm: string;
  const rows: (readonly [Incident, Reenactment])[] = [];
  beforeAll(async () => {
    npm = fetchManagers().npm11;
    lab = await startLab(ADDITION);
  }, PATIENCE);
  afterAll(async () => {
    await lab?.stop();
    console.log(incidentTable(rows));
  });

  test.for([...INCIDENTS_TO_2024, ...INCIDENTS_FROM_2025])(
    '$incident',
    { timeout: PATIENCE },
    async (incident) => {
      const all = await reenact(lab, npm, incident);
      rows.push([incident, all]);
      expectHonesty(all.honest);
      expectAct(incident, all);
      expectNothingLeft(all);
      expectFindings(incident, all);
    },
  );
});

function expectHonesty({ run, strangers, names }: Trial): void {
  expect(run.code, run.stdout + run.stderr).toBe(0);
  expect({ findings: run.report.findings, strangers, names }).toEqual({
    findings: [],
    strangers: { flows: 0, bytes: 0 },
    names: [],
  });
}

/** A fixture that does nothing would prove nothing: in both observed runs it has sent what it has to send. */
function expectAct(incident: Incident, { honest, unlocked, locked }: Reenactment): void {
  const [first, second] = [lootOf(unlocked, honest), lootOf(locked, honest)];
  expect(first.strangers + first.names + first.trusted, incident.slug).toBeGreaterThan(0);
  expect({ ...second, strangers: 0, trusted: 0 }).toEqual({ ...first, strangers: 0, trusted: 0 });
  expect(second.requests.length > 0).toBe(incident.signs.includes('AD'));
}

function expectFindings(incident: Incident, { unlocked, locked, enforced }: Reenactment): void {
  const { slug, version = '1.0.1', phase, culprit = `${slug}@${version}` } = incident;
  for (const { run } of [unlocked, locked, enforced]) {
    expect(run.report.capture).toMatchObject({ verdict: 'complete', counts: { unattributed: 0 } });
    expect(placesTwice(run.report.findings)).toEqual([]);
  }
  expect({
    unlocked: findingLines(unlocked.run.report.findings),
    observed: findingLines(locked.run.report.findings),
    enforced: findingLines(enforced.run.report.findings),
  }).toEqual({ unlocked: incident.unlocked, observed: incident.observed, enforced: incident.enforced });
  const { findings, destinations } = locked.run.report;
  const missing = incident.signs.filter((sign) => !isRaised(sign, findings));
  expect({ missing, code: locked.run.code }).toEqual({ missing: [], code: 120 });
  const own = destinations
    .flatMap((destination) => destination.attributions)
    .filter(({ package: one }) => one !== null && `${one.name}@${one.version}` === culprit);
  expect(new Set(own.map(({ why }) => JSON.stringify(why)))).toEqual(
    new Set([
      JSON.stringify([['corpus', ...(culprit.startsWith(`${slug}@`) ? [] : [slug]), nameOf(culprit)]]),
    ]),
  );
  expect(new Set(own.map(({ lifecycle }) => lifecycle))).toEqual(
    new Set([phase === 'test' ? 'test' : incident.lifecycle]),
  );
}

/** Nothing comes to a stranger, nor to a host that others are allowed. */
function expectNothingLeft({ honest, enforced }: Reenactment): void {
  const { names, requests } = lootOf(enforced, honest);
  expect({ strangers: enforced.strangers, names, requests }).toEqual({
    strangers: { flows: 0, bytes: 0 },
    names: 0,
    requests: [],
  });
}

function nameOf(label: string): string {
  return label.slice(0, label.lastIndexOf('@'));
}
