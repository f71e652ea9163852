import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe, type ReportedRun } from '../lab/report.js';
import type { CorpusCase } from './case.js';
import { CASES } from './cases.mjs';
import { fetchClients, makeCorpusProject, nodePaths } from './corpus-project.js';

/** Of one category: cases, attributions to a package, and those of both that are as they should be. */
interface Score {
  cases: number;
  found: number;
  named: number;
  right: number;
  readonly misses: string[];
}

function score(run: ReportedRun, one: CorpusCase, into: Score, wrong: string[]): void {
  const attributions = run.to(`${one.id}.collect.lab.example`).flatMap((to) => to.attributions);
  const named = attributions.flatMap(({ package: identity }) => (identity === null ? [] : [identity.name]));
  const expected = one.causes ?? (one.cause === null ? [] : [one.cause]);
  into.cases += 1;
  into.named += named.length;
  into.right += named.filter((name) => expected.includes(name)).length;
  const missing = expected.filter((name) => !named.includes(name));
  if (attributions.length > 0 && missing.length === 0) into.found += 1;
  else into.misses.push(one.id);
  const stray = named.filter((name) => !expected.includes(name));
  if (stray.length > 0)
    wrong.push(`${one.id}: expected ${expected.join(' and ') || 'nobody'}, got ${stray.join(', ')}`);
}

function table(scores: ReadonlyMap<string, Score>): string {
  const ratio = (part: number, whole: number): string => (whole === 0 ? '–' : (part / whole).toFixed(2));
  const rows = [...scores].map(
    ([category, { cases, found, named, right, misses }]) =>
      `| ${category} | ${cases} | ${ratio(right, named)} | ${ratio(found, cases)} | ${misses.join(', ')} |`,
  );
  return ['| category | cases | precision | recall | missed |', '|---|---|---|---|---|', ...rows].join('\n');
}

describeLab('which package, inside one process', () => {
  let lab: Lab;
  let clients: string;
  beforeAll(async () => {
    clients = fetchClients();
    lab = await startLab();
  }, 300_000);
  afterAll(() => lab?.stop());

  test.for(['node20', 'node22', 'node24'])(
    'nobody is named wrongly, and nearly everybody rightly, on %s',
    { timeout: 180_000 },
    async (node) => {
      const folder = join(lab.folder, `corpus-${node}`);
      makeCorpusProject(folder, clients, CASES);
      const program = nodePaths(clients)[node] ?? '';
      const run = await observe(lab, [program, 'run.mjs'], { cwd: folder, timeout: 150_000 });
      const scores = new Map<string, Score>();
      const wrong: string[] = [];
      for (const one of CASES) {
        const into = scores.get(one.category) ?? { cases: 0, found: 0, named: 0, right: 0, misses: [] };
        scores.set(one.category, into);
        score(run, one, into, wrong);
      }
      const all = [...scores.values()];
      const total: Score = {
        cases: all.reduce((sum, { cases }) => sum + cases, 0),
        found: all.reduce((sum, { found }) => sum + found, 0),
        named: all.reduce((sum, { named }) => sum + named, 0),
        right: all.reduce((sum, { right }) => sum + right, 0),
        misses: [],
      };
      console.log(`${node}\n${table(new Map([...scores, ['all', total]]))}\n${run.stdout}`);
      expect(wrong).toEqual([]);
      expect(total.found / total.cases).toBeGreaterThanOrEqual(0.95);
      expect(run.report.capture.verdict).toBe('complete');
    },
  );
});
