import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';
import { failedIn, makeSuiteProject, passed, SUITES } from './suites.js';

const TIMEOUT = 240_000;

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
    test(`${suite.name} ${suite.version}`, { timeout: 3 * TIMEOUT + 120_000, retry: 2 }, async () => {
      // Their own tests wait for milliseconds, and one that fails late on a busy machine takes others with it.
      const options = { cwd: makeSuiteProject(lab.folder, suite), timeout: TIMEOUT };
      const plain = await lab.exec(suite.command, options);
      const expected = passed(plain.stdout);
      expect(expected.length, plain.stdout + plain.stderr).toBeGreaterThanOrEqual(suite.atLeast);
      const sandboxed = await observe(lab, suite.command, {
        ...options,
        args: ['--phase', 'test', '--no-hook'],
      });
      const hooked = await observe(lab, suite.command, { ...options, args: ['--phase', 'test'] });
      const { differs = [] } = suite;
      expect(passed(sandboxed.stdout)).toEqual(expected.filter((name) => !differs.includes(name)));
      expect(passed(hooked.stdout), failedIn(hooked.stdout)).toEqual(passed(sandboxed.stdout));
      const { hook } = hooked.report.capture;
      expect(hook).toMatchObject({ lost: 0, malformed: 0, isCut: false });
      expect(hook?.claims).toBeGreaterThan(0);
      expect(hooked.report.findings.filter(({ rule }) => rule === 'hook-lost')).toEqual([]);
      const cells = [`${suite.name} ${suite.version}`, suite.runner, expected.length, hook?.claims];
      table.push(`| ${cells.join(' | ')} |`);
    });
  }
});
