import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../lab/lab.js';
import { COMPANIONS } from './fixtures/packages.mjs';
import type { Incident } from './incident.js';
import { openWorkshop, type Trial } from './workshop.js';

/** Milliseconds before now at which a delayed attack's package was installed. */
const THREE_DAYS = 3 * 24 * 60 * 60 * 1000;

/** One incident, four times. */
export interface Reenactment {
  /** The version before it, without a lock; its run is what the lock is made of. */
  readonly honest: Trial;
  readonly unlocked: Trial;
  readonly locked: Trial;
  readonly enforced: Trial;
}

export async function reenact(lab: Lab, npm: string, incident: Incident): Promise<Reenactment> {
  const { slug, phase, version = '1.0.1', env } = incident;
  const workshop = openWorkshop(lab, slug, npm);
  const prepare = async (of: string): Promise<void> => {
    workshop.declare({
      scripts: { test: 'node test.cjs' },
      dependencies: { ...COMPANIONS, [slug]: of },
    });
    if (phase === 'install') return;
    await workshop.install();
    writeFileSync(join(workshop.folder, 'test.cjs'), incident.test ?? callsOf(slug));
    const installedAt = new Date(Date.now() - (incident.isDelayed === true ? THREE_DAYS : 0));
    utimesSync(join(workshop.folder, 'node_modules', slug), installedAt, installedAt);
  };
  await prepare('1.0.0');
  const honest = await workshop.attempt(phase);
  await prepare(version);
  const unlocked = await workshop.attempt(phase, [], env);
  await workshop.accept(honest.run);
  const locked = await workshop.attempt(phase, [], env);
  const enforced = await workshop.attempt(phase, ['--mode', 'enforce'], env);
  return { honest, unlocked, locked, enforced };
}

/** A test that calls an honest client and the package. */
function callsOf(slug: string): string {
  return `const client = require('api-client');
const use = require('${slug}');
client().then(() => use());
`;
}
