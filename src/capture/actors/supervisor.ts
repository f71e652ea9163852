import { writeSync } from 'node:fs';
import { close, pidfdOpen, pipe, type SpawnRequest, waitFor, whenReadable } from '../../sandbox/libc.js';
import { SandboxError } from '../../sandbox/sandbox-error.js';
import type { SupervisorAnswer, SupervisorMessage, SupervisorOrder } from './messages.js';
import { SeccompListener } from './seccomp-listener.js';
import type { SupervisorThread } from './supervisor-thread.js';

/** The supervising thread as the main thread sees it. */
export interface Supervisor {
  /** Starts the command under the filter; at most once. Resolves with its process id. @throws SandboxError `setup-failed` */
  start(request: SpawnRequest): Promise<number>;
  /** Raw status word of waitpid(2), once the started process has ended, whoever waits for it; rejects where none was started. */
  readonly ended: Promise<number>;
  /** Takes in at once what the thread has already said: what it saw comes before what follows from it. */
  drain(): void;
  answer(ticket: number, errno: number, ready: string | null): void;
  /** Gives the thread what it needs to know the sandbox's own Unix sockets; until then all are refused. */
  look(socketTable: number): void;
  /** Idempotent. */
  stop(): Promise<void>;
}

export interface SupervisorEvents {
  readonly onMessage: (message: SupervisorMessage) => void;
  /** The thread has died: no call will be answered any more. Called at most once, never after `stop`. */
  readonly onLost: (reason: string) => void;
}

/** A supervising thread that is being loaded, before it knows whom it answers for. */
export interface WaitingSupervisor {
  /** Lets it answer; resolves when it does. At most once. @throws SandboxError `seccomp-denied`, `setup-failed` */
  begin(order: Omit<SupervisorOrder, 'bell'>, events: SupervisorEvents): Promise<Supervisor>;
  /** Ends a thread that was never begun; harmless else. */
  abandon(): void;
}

/** Waits for a thread that is being loaded. */
export function waitingSupervisor(thread: SupervisorThread): WaitingSupervisor {
  const listening = Promise.race([thread.next('listening'), thread.next('unfiltered')]);
  listening.catch(() => {});
  let begun = false;
  return {
    begin: async (order, events) => {
      begun = true;
      const first = await listening;
      if (first.type === 'unfiltered') {
        throw new SandboxError(
          'seccomp-denied',
          `expected a seccomp user notification (Linux 5.0 or newer, not denied by an outer filter), got errno ${first.errno}`,
        );
      }
      return beginSupervisor(thread, first.listener, order, events);
    },
    abandon: () => {
      if (!begun) thread.end();
    },
  };
}

async function beginSupervisor(
  thread: SupervisorThread,
  listener: number,
  given: Omit<SupervisorOrder, 'bell'>,
  events: SupervisorEvents,
): Promise<Supervisor> {
  let stopping = false;
  const exited = thread.ended.then((reason) => {
    if (stopping) return;
    // Held calls fail then (ENOSYS, seccomp_unotify(2)), the start of the command among them: nobody would answer.
    close(listener);
    events.onLost(reason);
  });
  thread.listen(events.onMessage);
  const [bell, ring] = pipe();
  let ringing = true;
  const hangUp = (): void => {
    if (ringing) close(ring);
    ringing = false;
  };
  // The thread waits outside of JavaScript: without the end of its pipe it would hold the exit up.
  process.on('exit', hangUp);
  const send = (message: SupervisorAnswer): void => {
    if (!ringing || stopping) return;
    thread.send(message);
    writeSync(ring, '\0');
  };
  let child: number | null = null;
  const ended = thread.next('ended').then(
    ({ status }) => status,
    (cause: unknown) => {
      if (child === null) throw cause;
      return endOf(child);
    },
  );
  ended.catch(() => {});
  const ready = thread.next('ready');
  thread.send({ type: 'begin', order: { ...given, bell } });
  await ready;
  return {
    start: async (request) => {
      const outcome = Promise.race([thread.next('started'), thread.next('unstarted')]);
      const stop = letFirstCallPass(listener);
      send({ type: 'start', request });
      try {
        const told = await outcome;
        if (told.type === 'started') {
          child = told.pid;
          return child;
        }
        throw new SandboxError(
          'setup-failed',
          `the sandbox's first process could not be started: errno ${told.errno}`,
        );
      } finally {
        stop();
      }
    },
    ended,
    drain: () => thread.drain(),
    answer: (ticket, errno, ready) => send({ type: 'answer', ticket, errno, ready }),
    look: (descriptor) => send({ type: 'sockets', descriptor }),
    stop: async () => {
      send({ type: 'stop' });
      stopping = true;
      await exited;
      hangUp();
      process.off('exit', hangUp);
      thread.close();
    },
  };
}

/** Waits for a child of this process without a thread. Raw status word of waitpid(2), or -errno. */
function endOf(pid: number): Promise<number> {
  const pidfd = pidfdOpen(pid, 0);
  if (pidfd < 0) return Promise.resolve(pidfd);
  return new Promise((resolve) => {
    const watch = whenReadable(pidfd, () => {
      watch.stop();
      close(pidfd);
      resolve(waitFor(pid));
    });
  });
}

/**
 * Answers the first held call: the exec of what the thread starts. The thread can't, since posix_spawn(3) returns only
 * once the child has become another program. Nothing else is under the filter then. Returns what stops it; idempotent.
 *
 * Until then the main thread may neither wait for the thread nor change this process's user: setting ids waits for all
 * threads (nptl(7)), and one that is within posix_spawn answers when it is through.
 */
function letFirstCallPass(listener: number): () => void {
  let waits = true;
  const stop = (): void => {
    if (waits) watch.stop();
    waits = false;
  };
  const watch = whenReadable(listener, () => {
    if (!waits) return;
    stop();
    const seccomp = new SeccompListener(listener);
    const call = seccomp.receive();
    if (call !== null) seccomp.answer(call.id, 0);
  });
  return stop;
}
