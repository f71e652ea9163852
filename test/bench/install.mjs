import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocks, EGRESSLOCK, spread, time } from './measure.mjs';

const BLOCKS = 5;
/** A project of the usual kind, with more than 400 packages. */
const DEPENDENCIES = { eslint: '9', express: '5', jest: '29', webpack: '5', 'webpack-dev-server': '5' };

/** Ratio of a cold-cache `npm ci`, wrapped to plain, and egresslock's own peak memory meanwhile. */
export async function install() {
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-bench-'));
  try {
    const project = join(folder, 'project');
    cpSync(new URL('../../examples/reaches-out', import.meta.url), project, {
      recursive: true,
      filter: (path) => !path.endsWith('-lock.json'),
    });
    writeFileSync(
      join(project, 'package.json'),
      JSON.stringify({ name: 'bench', version: '1.0.0', private: true, dependencies: DEPENDENCIES }),
    );
    await time(['npm', 'install', '--package-lock-only', '--no-audit', '--no-fund'], {
      cwd: project,
      env: process.env,
    });
    const packages =
      Object.keys(JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')).packages).length - 1;
    const ci =
      (prefix, watch = false) =>
      async () => {
        rmSync(join(project, 'node_modules'), { recursive: true, force: true });
        const cache = mkdtempSync(join(folder, 'cache-'));
        const result = await time([...prefix, 'npm', 'ci', '--no-audit', '--no-fund', '--cache', cache], {
          cwd: project,
          env: process.env,
          watch,
        });
        rmSync(cache, { recursive: true, force: true });
        return result;
      };
    const plain = ci([]);
    await plain();
    const results = await blocks(BLOCKS, plain, ci(EGRESSLOCK));
    const ratios = spread(results.map(([one, other]) => total(other) / total(one)));
    // Watching takes time of its own, so the runs that are watched are not the ones that are timed.
    const watched = ci(EGRESSLOCK, true);
    const memory = spread(
      [await watched(), await watched(), await watched()].map((result) => result.peak / 1e6),
    );
    const ratio = (value) => value.toFixed(3);
    const bytes = (value) => `${Math.round(value)} MB`;
    return [
      {
        what: `cold-cache \`npm ci\` of ${packages} packages, wrapped / plain`,
        target: '≤ 1.05',
        median: ratio(ratios.median),
        low: ratio(ratios.low),
        high: ratio(ratios.high),
        runs: `${BLOCKS} times plain, wrapped, wrapped, plain`,
      },
      {
        what: 'egresslock’s own peak memory meanwhile',
        target: '≤ 120 MB',
        median: bytes(memory.median),
        low: bytes(memory.low),
        high: bytes(memory.high),
        runs: 3,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function total(results) {
  return results.reduce((sum, result) => sum + result.milliseconds, 0);
}
