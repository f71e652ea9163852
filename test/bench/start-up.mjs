import { EGRESSLOCK, spread, time } from './measure.mjs';

const RUNS = 15;

/** Milliseconds until the command's first instruction, and of a whole run of a command that does nothing. */
export async function startUp() {
  const starts = [];
  const wholes = [];
  const bare = [];
  for (let run = 0; run < RUNS; run += 1) {
    const before = Date.now();
    const { out, milliseconds } = await time([...EGRESSLOCK, 'date', '+%s%3N']);
    starts.push(Number(out) - before);
    wholes.push(milliseconds);
    bare.push((await time([process.execPath, '-e', '0'])).milliseconds);
  }
  const row = (what, target, values) => {
    const { median, low, high } = spread(values);
    const text = (value) => `${Math.round(value)} ms`;
    return { what, target, median: text(median), low: text(low), high: text(high), runs: RUNS };
  };
  return [
    row('start-up before the command’s first instruction', '≤ 400 ms', starts),
    row('whole run of `date`', '–', wholes),
    row('start and end of Node itself, for comparison', '–', bare),
  ];
}
