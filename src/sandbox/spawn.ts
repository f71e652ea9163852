import { Worker } from 'node:worker_threads';
import type { SpawnRequest } from './libc.js';
import { SandboxError } from './sandbox-error.js';

/** What the spawning thread is given at its start; the request itself is in its mailbox when the gate opens. */
export interface SpawnOrder {
  /** One 32-bit cell: the thread waits while it is 0. */
  readonly gate: Int32Array;
}

export type SpawnMessage =
  | { readonly type: 'listening'; readonly listener: number }
  | { readonly type: 'started'; readonly pid: number }
  /** Raw status word of waitpid(2), or a negative errno. */
  | { readonly type: 'ended'; readonly status: number }
  | { readonly type: 'failed'; readonly step: 'seccomp' | 'spawn'; readonly errno: number };

/** A thread under the filter, from which one command can be started. */
export interface FilteredSpawn {
  /** The seccomp listener's descriptor in this process. */
  readonly listener: number;
  /** Starts the command, once somebody answers on the listener. Resolves with its process id. */
  start(request: SpawnRequest): Promise<number>;
  /** Raw status word of waitpid(2). */
  readonly ended: Promise<number>;
  /** Ends a thread whose command was never started; harmless else. */
  abandon(): void;
}

/**
 * Installs the filter on a thread of its own, from which the command will be started.
 * @throws SandboxError `seccomp-denied`, `setup-failed`
 */
export async function prepareSpawn(): Promise<FilteredSpawn> {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const order: SpawnOrder = { gate };
  const worker = new Worker(new URL('./spawn-worker.js', import.meta.url), { workerData: order });
  const waiting = new Map<SpawnMessage['type'], (message: SpawnMessage) => void>();
  let fail: (error: Error) => void = () => {};
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  broken.catch(() => {});
  const next = <T extends SpawnMessage['type']>(type: T): Promise<Extract<SpawnMessage, { type: T }>> =>
    Promise.race([
      broken,
      new Promise<Extract<SpawnMessage, { type: T }>>((resolve) => {
        waiting.set(type, (message) => resolve(message as Extract<SpawnMessage, { type: T }>));
      }),
    ]);
  worker.on('message', (message: SpawnMessage) => {
    if (message.type === 'failed') fail(failure(message.step, message.errno));
    else waiting.get(message.type)?.(message);
  });
  worker.on('error', (cause) =>
    fail(new SandboxError('setup-failed', 'the spawning thread failed', { cause })),
  );
  worker.on('exit', () => fail(new SandboxError('setup-failed', 'the spawning thread ended early')));
  const started = next('started');
  const ended = next('ended').then((message) => message.status);
  // Both are looked at only after `start`; a failure before that is reported by `listening`.
  started.catch(() => {});
  ended.catch(() => {});
  const { listener } = await next('listening');
  return {
    listener,
    start: async (request) => {
      worker.postMessage(request);
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
      return (await started).pid;
    },
    ended,
    abandon: () => {
      worker.terminate().catch(() => {});
    },
  };
}

function failure(step: 'seccomp' | 'spawn', errno: number): SandboxError {
  return step === 'seccomp'
    ? new SandboxError(
        'seccomp-denied',
        `expected a seccomp user notification (Linux 5.0 or newer, not denied by an outer filter), got errno ${errno}`,
      )
    : new SandboxError('setup-failed', `the sandbox's first process could not be started: errno ${errno}`);
}
