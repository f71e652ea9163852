import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Without what Node 20 spends a tenth of a second on at each start where it is set, on machines behind a company's proxy:
 * parsing all authorities' certificates. What fetches from a registry there needs it.
 */
export const PLAIN_ENVIRONMENT = { ...process.env };
delete PLAIN_ENVIRONMENT.NODE_EXTRA_CA_CERTS;

/** The built program. */
export const PROGRAM = [process.execPath, fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))];

/** The beginning of a command line that runs a command in it. */
export const EGRESSLOCK = [...PROGRAM, 'run', '--quiet', '--'];

/** Runs a command and returns wall time (milliseconds), output and, where asked for, the peak memory of its helpers. */
export async function time(argv, options = {}) {
  const { watch, ...rest } = options;
  const start = process.hrtime.bigint();
  const child = spawn(argv[0], argv.slice(1), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: PLAIN_ENVIRONMENT,
    ...rest,
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  let peak = 0;
  const sample = () => {
    peak = Math.max(peak, memoryOf(child.pid));
  };
  const timer = watch === true ? setInterval(sample, 100) : null;
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (timer !== null) clearInterval(timer);
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}`);
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  return { milliseconds, out: out.trim(), peak };
}

/** Proportional memory, in bytes, of a process and its direct children now: shared pages are not counted twice. */
function memoryOf(pid) {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);
  let sum = 0;
  for (const name of [String(pid), ...children]) {
    try {
      const proportional = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${name}/smaps_rollup`, 'utf8'))?.[1];
      sum += Number(proportional ?? 0) * 1024;
    } catch {
      // It has ended.
    }
  }
  return sum;
}

function parentOf(name) {
  try {
    const text = readFileSync(`/proc/${name}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Median, smallest and largest. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, low: sorted[0], high: sorted.at(-1) };
}

/** Runs two ways in turn, so that what else the machine does meets both alike. */
export async function pairs(count, one, other) {
  const results = [];
  for (let index = 0; index < count; index += 1) {
    // The order changes from pair to pair: neither is always the one with the warm cache.
    const first = index % 2 === 0;
    const a = first ? await one() : null;
    const b = await other();
    results.push([a ?? (await one()), b]);
  }
  return results;
}

/** Runs two ways as one, other, other, one: what drifts steadily, as a registry's answers do, falls out of each block. */
export async function blocks(count, one, other) {
  const results = [];
  for (let index = 0; index < count; index += 1) {
    const before = await one();
    const others = [await other(), await other()];
    results.push([[before, await one()], others]);
  }
  return results;
}
