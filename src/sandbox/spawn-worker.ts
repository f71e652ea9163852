import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { installFilter, prctl, type SpawnRequest, spawn, waitFor } from './libc.js';
import { buildFilter } from './seccomp-filter.js';
import type { SpawnMessage, SpawnOrder } from './spawn.js';
import { CONSTANTS as C, syscallTable } from './syscalls.js';

/*
 * The thread that carries the filter. Filters belong to a thread and are inherited by what it starts, descriptors
 * belong to the process: so the listener is at once in the hands of the other, unfiltered threads.
 */
const port = parentPort;
if (port === null) throw new Error('spawn-worker.js is a worker thread, not a program');
const order = workerData as SpawnOrder;
const post = (message: SpawnMessage): void => port.postMessage(message);

function install(): number {
  const privileges = prctl(C.PR_SET_NO_NEW_PRIVS, 1);
  if (privileges < 0) return privileges;
  const program = buildFilter(syscallTable(process.arch));
  const flags = C.SECCOMP_FILTER_FLAG_NEW_LISTENER;
  const listener = installFilter(program, flags | C.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
  // Linux before 5.19 doesn't know WAIT_KILLABLE_RECV; without it a signal restarts a held call.
  return listener === -C.EINVAL ? installFilter(program, flags) : listener;
}

const listener = install();
if (listener < 0) {
  post({ type: 'failed', step: 'seccomp', errno: -listener });
} else {
  post({ type: 'listening', listener });
  Atomics.wait(order.gate, 0, 0);
  const request: SpawnRequest = receiveMessageOnPort(port)?.message;
  const pid = spawn(request);
  if (pid < 0) {
    post({ type: 'failed', step: 'spawn', errno: -pid });
  } else {
    post({ type: 'started', pid });
    post({ type: 'ended', status: waitFor(pid) });
  }
}
