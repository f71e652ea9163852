import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { close, pipe, readSome, whenReadable } from '../../src/sandbox/libc.js';

test.each([
  ['process.nextTick', (then: () => void) => process.nextTick(then)],
  ['a promise', (then: () => void) => void Promise.resolve().then(then)],
])('what a callback leaves to %s follows it, not the next event', async (_what, later) => {
  const [from, to] = pipe();
  const order: string[] = [];
  const watch = whenReadable(from, () => {
    readSome(from, Buffer.alloc(16));
    watch.stop();
    order.push('called');
    later(() => order.push('later'));
  });
  // Nothing else happens here between its line and its end.
  const child = spawn('sh', ['-c', 'sleep 0.2; echo >&3; sleep 1'], {
    stdio: ['ignore', 'ignore', 'inherit', to],
  });
  child.once('exit', () => order.push('ended'));
  await once(child, 'exit');
  expect(order).toEqual(['called', 'later', 'ended']);
  close(from);
  close(to);
});
