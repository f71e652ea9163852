import { EGRESSLOCK, pairs, spread, time } from './measure.mjs';

const PAIRS = 7;
/** Seconds for a thousand short programs, timed inside, so that start-up is not counted. */
const SCRIPT =
  'a=$(date +%s%N); i=0; while [ $i -lt 1000 ]; do /bin/true; i=$((i+1)); done; b=$(date +%s%N); echo $((b-a))';

/** Ratio of a thousand short execs, wrapped to plain. */
export async function execs() {
  const argv = ['sh', '-c', SCRIPT];
  const results = await pairs(
    PAIRS,
    () => time(argv),
    () => time([...EGRESSLOCK, ...argv]),
  );
  const { median, low, high } = spread(
    results.map(([plain, wrapped]) => Number(wrapped.out) / Number(plain.out)),
  );
  const text = (value) => value.toFixed(2);
  return [
    {
      what: '1,000 short execs, wrapped / plain',
      target: '≤ 1.5',
      median: text(median),
      low: text(low),
      high: text(high),
      runs: `${PAIRS} pairs`,
    },
  ];
}
