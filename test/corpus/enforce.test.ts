import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lock, LockRow } from '../../src/model/lock.js';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe, type ReportedRun } from '../lab/report.js';
import { CASES } from './cases.mjs';
import { fetchClients, makeCorpusProject, nodePaths } from './corpus-project.js';

/** All packages of the corpus in one process, held against a lock that was made of them. */
describeLab('which package may, inside one process', () => {
  let lab: Lab;
  let clients: string;
  beforeAll(async () => {
    clients = fetchClients();
    lab = await startLab();
  }, 300_000);
  afterAll(() => lab?.stop());

  const blockedHosts = ({ report }: ReportedRun): string[] =>
    [...new Set(report.destinations.filter((to) => to.verdict === 'blocked').map(({ host }) => host))].sort();
  const caseOf = (host: string) => CASES.find(({ id }) => `${id}.collect.lab.example` === host);

  test.for(['node20', 'node22', 'node24'])('on %s', { timeout: 300_000 }, async (node) => {
    const folder = join(lab.folder, `enforce-${node}`);
    makeCorpusProject(folder, clients, CASES);
    // What is refused is an error that not every case catches.
    writeFileSync(join(folder, 'go-on.cjs'), "process.on('uncaughtException', () => {});");
    const program = nodePaths(clients)[node] ?? '';
    const run = (...args: readonly string[]): Promise<ReportedRun> =>
      observe(lab, [program, '--require', './go-on.cjs', 'run.mjs'], {
        cwd: folder,
        args: ['--phase', 'test', ...args],
        timeout: 150_000,
      });
    const file = join(folder, 'egress.lock.json');
    const observed = await run();
    await lab.egresslock(['accept', '--db', observed.database], { cwd: folder });
    const lock: Lock = JSON.parse(readFileSync(file, 'utf8'));

    // What was accepted goes out, each for the package that it was accepted for.
    const honest = await run('--mode', 'enforce');
    expect(blockedHosts(honest), honest.stderr).toEqual([]);
    expect(honest.stdout).toBe(observed.stdout);
    expect(honest.report.capture.verdict).toBe('complete');

    // The rows of every other case are given to a package that runs in the process as well, and never asks for them.
    const taken = new Set(CASES.filter((_one, index) => index % 2 === 0).map(({ id }) => id));
    const isTaken = (row: LockRow): boolean => taken.has(caseOf(row.host)?.id ?? '');
    const another = CASES.find(({ id, cause }) => !taken.has(id) && cause !== null)?.cause ?? '';
    const rows = lock.rows.map((row) => (isTaken(row) ? { ...row, package: another } : row));
    writeFileSync(file, JSON.stringify({ ...lock, rows }));
    const held = await run('--mode', 'enforce');
    const expected = CASES.filter(({ id, cause, causes }) => {
      const causedBy = causes ?? (cause === null ? [] : [cause]);
      return taken.has(id) && !(causedBy.length === 1 && causedBy[0] === another);
    });
    const hosts = expected.map(({ id }) => `${id}.collect.lab.example`).sort();
    console.log(
      `${node}: ${CASES.length} cases let out by their lock, ${hosts.length} of them refused to others`,
    );
    expect(blockedHosts(held), held.stderr).toEqual(hosts);
  });
});
