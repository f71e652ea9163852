import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';
import { makeSuiteProject, passed, SUITES } from './suites.js';

const TIMEOUT = 240_000;
/** How often a suite is run at the most, each of the three ways. */
const ROUNDS = 4;

/** Well-known projects pass the same of their own tests outside of the sandbox, inside, and inside with the hook. */
describeLab('suites of projects from the registry', () => {
  let lab: Lab;
  const table: string[] = [];
  beforeAll(async () => {
    lab = await startLab();
  }, 60_000);
  afterAll(async () => {
    console.log(['| project | runner | tests | claims |', '|---|---|---|---|', ...table].join('\n'));
    await lab?.stop();
  });

  for (const suite of SUITES) {
    const { name, version, command, runner, atLeast, differs = [] } = suite;
    test(`${name} ${version}`, { timeout: 3 * TIMEOUT + 120_000 }, async () => {
      const options = { cwd: makeSuiteProject(lab.folder, suite), timeout: TIMEOUT };
      const args = ['--phase', 'test'];
      const plain = new Set<string>();
      const sandboxed = new Set<string>();
      const hooked = new Set<string>();
      const differences = (): object => {
        const expected = [...plain].filter((one) => !differs.includes(one));
        return {
          onlyOutside: expected.filter((one) => !sandboxed.has(one)),
          onlyInside: [...sandboxed].filter((one) => !plain.has(one)),
          onlyWithoutHook: [...sandboxed].filter((one) => !hooked.has(one)),
          onlyWithHook: [...hooked].filter((one) => !sandboxed.has(one)),
        };
      };
      const isSame = (): boolean => Object.values(differences()).every((names) => names.length === 0);
      let count = 0;
      // Their own tests wait for milliseconds, and one that fails late on a busy machine takes others with it: what
      // passes in one run of a few can pass.
      for (let round = 0; round < ROUNDS && (round === 0 || !isSame()); round += 1) {
        const outside = await lab.exec(command, options);
        count = Math.max(count, passed(outside.stdout).length);
        const inside = await observe(lab, command, { ...options, args: [...args, '--no-hook'] });
        const { stdout, report } = await observe(lab, command, { ...options, args });
        for (const one of passed(outside.stdout)) plain.add(one);
        for (const one of passed(inside.stdout)) sandboxed.add(one);
        for (const one of passed(stdout)) hooked.add(one);
        const { hook } = report.capture;
        expect(hook).toMatchObject({ lost: 0, malformed: 0, isCut: false });
        expect(hook?.claims).toBeGreaterThan(0);
        expect(report.findings.filter(({ rule }) => rule === 'hook-lost')).toEqual([]);
        if (round === 0) table.push(`| ${[`${name} ${version}`, runner, count, hook?.claims].join(' | ')} |`);
      }
      expect(count).toBeGreaterThanOrEqual(atLeast);
      expect(differences()).toEqual({
        onlyOutside: [],
        onlyInside: [],
        onlyWithoutHook: [],
        onlyWithHook: [],
      });
    });
  }
});
