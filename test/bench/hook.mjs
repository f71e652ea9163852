import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EGRESSLOCK, pairs, spread, time } from './measure.mjs';

const PAIRS = 9;

/** Sorting, parsing, matching and awaiting, in the manner of a test suite; prints its own CPU time in microseconds. */
const CALCULATE = `
const start = process.cpuUsage();
(async () => {
  let sum = 0;
  for (let round = 0; round < 150; round += 1) {
    const list = Array.from({ length: 5000 }, (_, index) => ({ id: (index * 7919) % 5003, name: 'n' + index }));
    const text = JSON.stringify(list.sort((a, b) => a.id - b.id));
    sum += JSON.parse(text).length + (text.match(/n\\d+5/g) ?? []).length;
    for (let i = 0; i < 2000; i += 1) sum += await Promise.resolve(i);
  }
  const { user, system } = process.cpuUsage(start);
  console.log(String(user + system));
})();`;

/** 10,000 requests to a server of its own, over kept-alive connections, ten at a time. */
const REQUEST = `
const http = require('http');
const agent = new http.Agent({ keepAlive: true, maxSockets: 10 });
const server = http.createServer((_, answer) => answer.end('ok')).listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const get = () => new Promise((done, fail) =>
    http.get({ host: '127.0.0.1', port, agent }, (answer) => answer.resume().on('end', done)).on('error', fail));
  const some = async (count) => { for (let i = 0; i < count; i += 1) await get(); };
  const start = process.hrtime.bigint();
  await Promise.all(Array.from({ length: 10 }, () => some(1000)));
  console.log(String(process.hrtime.bigint() - start));
  process.exit(0);
});`;

/** Ratios of what a suite takes inside of the sandbox, with the hook to without. */
export async function hook() {
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-bench-'));
  try {
    const rows = [];
    for (const [what, target, code] of [
      ['a CPU-bound suite, with the hook / without', '≤ 1.02', CALCULATE],
      ['10,000 requests on loopback, with the hook / without', '≤ 1.10', REQUEST],
    ]) {
      const file = join(folder, 'suite.cjs');
      writeFileSync(file, code);
      const wrapped = (...flags) => [...EGRESSLOCK.slice(0, -1), ...flags, '--', process.execPath, file];
      const results = await pairs(
        PAIRS,
        () => time(wrapped('--no-hook')),
        () => time(wrapped()),
      );
      const ratios = spread(results.map(([without, hooked]) => Number(hooked.out) / Number(without.out)));
      const text = (value) => value.toFixed(3);
      rows.push({
        what,
        target,
        median: text(ratios.median),
        low: text(ratios.low),
        high: text(ratios.high),
        runs: `${PAIRS} pairs`,
      });
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
