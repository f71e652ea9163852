/**
 * Milliseconds of the machine's monotonic clock, the same in all threads and processes (CLOCK_MONOTONIC,
 * clock_gettime(2)). That of `performance` begins with each thread, whose beginning by the wall clock is some
 * milliseconds off, 25 on a busy machine: what follows from something would come before it.
 */
export function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
