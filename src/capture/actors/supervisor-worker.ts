import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { installCommandFilter } from '../../sandbox/command-filter.js';
import {
  close,
  PollSet,
  pidfdOpen,
  readSome,
  type SpawnRequest,
  spawn,
  waitFor,
} from '../../sandbox/libc.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { runPromptly } from '../../sandbox/thread-scheduling.js';
import { CallHandler } from './call-handler.js';
import type { SupervisorAnswer, SupervisorOrder, ThreadMessage } from './messages.js';
import { SeccompListener } from './seccomp-listener.js';

/*
 * The thread that starts the command and answers its held calls: while it is busy every trapped call of the command waits.
 * It waits in poll(2) of its own rather than in Node's event loop, which costs each call about 35 µs more.
 *
 * It carries the command's filter itself, since only its own children inherit that. So it must never make a call that the
 * filter reports, for it would wait for its own answer: no connect, no send with an address, no odd socket, and no exec
 * but the one of `start`, which the main thread lets through.
 */
const { port } = workerData as { readonly port: MessagePort };
const listener = installCommandFilter();
if (listener < 0) port.postMessage([{ type: 'unfiltered', errno: -listener }] satisfies ThreadMessage[]);
else {
  port.once('message', (message: SupervisorAnswer) => {
    if (message.type === 'begin') supervise(message.order);
  });
  port.postMessage([{ type: 'listening', listener }] satisfies ThreadMessage[]);
}

/** Returns when the main thread has asked for the end, or has gone. */
function supervise(order: SupervisorOrder): void {
  /*
   * What a held call leads to is told before the call goes on, since the main thread must know of it when the packet
   * comes. An exec has no such haste: many are told at once, since each telling wakes the main thread beside the command
   * (1,000 execs: a tenth less than with 5 ms).
   */
  const EXEC_DELAY = 100;
  let outbox: ThreadMessage[] = [];
  let flushAt = Number.POSITIVE_INFINITY;
  function post(message: ThreadMessage): void {
    outbox.push(message);
    if (message.type !== 'exec') flush();
    else if (outbox.length === 1) flushAt = performance.now() + EXEC_DELAY;
  }
  function flush(): void {
    if (outbox.length === 0) return;
    port.postMessage(outbox);
    outbox = [];
    flushAt = Number.POSITIVE_INFINITY;
  }

  const seccomp = new SeccompListener(listener);
  const calls = new CallHandler(order, post, seccomp);
  /** The command's first process, once it was started, and a descriptor that says when it has ended. */
  let child = { pid: -1, pidfd: -1 };

  /** The longest that a thread which is to end may go on waiting, in milliseconds. */
  const LONGEST_WAIT = 250;
  /** Places of the poll set. */
  const CALLS = 0;
  const BELL = 1;
  const CHILD = 2;
  const waiting = new PollSet(3);

  function receive(): void {
    const call = seccomp.receive();
    if (call === null) return;
    try {
      calls.handle(call);
    } catch (error) {
      // An unforeseen failure must neither hang the command nor let the call pass unseen.
      seccomp.answer(call.id, C.EACCES);
      post({
        type: 'failed',
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  }

  /** Returns once the child has become another program, which takes an answer of the main thread's. */
  function start(request: SpawnRequest): void {
    const pid = spawn(request, listener);
    if (pid < 0) return post({ type: 'unstarted', errno: -pid });
    const pidfd = pidfdOpen(pid, 0);
    if (pidfd < 0) {
      // Nobody would hear of its end.
      process.kill(pid, 'SIGKILL');
      waitFor(pid);
      return post({ type: 'unstarted', errno: -pidfd });
    }
    child = { pid, pidfd };
    // Not before: the command keeps what egresslock was started with.
    runPromptly();
    waiting.watch(CHILD, child.pidfd);
    post({ type: 'started', pid });
  }

  function reap(): void {
    waiting.watch(CHILD, -1);
    post({ type: 'ended', status: waitFor(child.pid) });
    close(child.pidfd);
  }

  /** Takes in the main thread's answers; false where it has asked for the end. */
  function takeAnswers(): boolean {
    for (let item = receiveMessageOnPort(port); item !== undefined; item = receiveMessageOnPort(port)) {
      const message: SupervisorAnswer = item.message;
      if (message.type === 'stop') return false;
      if (message.type === 'start') start(message.request);
      if (message.type === 'sockets') calls.look(message.descriptor);
      if (message.type === 'answer') calls.answer(message.ticket, message.errno, message.ready);
    }
    return true;
  }

  /** Serves the command until the main thread asks for the end, or has gone. */
  function serve(): void {
    const bell = Buffer.alloc(512);
    waiting.watch(CALLS, listener);
    waiting.watch(BELL, order.bell);
    let now = performance.now();
    for (;;) {
      waiting.wait(Math.max(0, Math.min(LONGEST_WAIT, Math.ceil(flushAt - now))));
      const rung = waiting.events(BELL);
      const called = waiting.events(CALLS);
      const ended = waiting.events(CHILD);
      if ((rung & (C.POLLIN | C.POLLHUP)) !== 0) {
        const isGone = (rung & C.POLLIN) === 0 || readSome(order.bell, bell) <= 0;
        if (isGone || !takeAnswers()) return;
      }
      if ((called & C.POLLIN) !== 0) receive();
      if ((ended & C.POLLIN) !== 0) reap();
      now = performance.now();
      if (now >= flushAt) flush();
    }
  }

  post({ type: 'ready' });
  serve();
  calls.stop();
  flush();
  close(listener);
  close(order.bell);
  port.close();
}
