import { EGRESSLOCK, pairs, spread, time } from './measure.mjs';

const PAIRS = 7;
/** Nanoseconds for one connect of a datagram socket to loopback: a trapped call and nothing else. */
const SCRIPT = `
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
n = 5000
a = ("127.0.0.1", 9)
t = time.perf_counter_ns()
for _ in range(n): s.connect(a)
print((time.perf_counter_ns() - t) / n)`;

/** What the trap adds to a connect, in microseconds. */
export async function connects() {
  const argv = ['python3', '-c', SCRIPT];
  const results = await pairs(
    PAIRS,
    () => time(argv),
    () => time([...EGRESSLOCK, ...argv]),
  );
  const added = results.map(([plain, wrapped]) => (Number(wrapped.out) - Number(plain.out)) / 1000);
  const { median, low, high } = spread(added);
  const text = (value) => `${value.toFixed(0)} µs`;
  return [
    {
      what: 'added to one connect',
      target: '≤ 60 µs',
      median: text(median),
      low: text(low),
      high: text(high),
      runs: PAIRS,
    },
  ];
}
