import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { close, ioctl, ioctlValue, pollBoth, readSome } from '../../sandbox/libc.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { CallHandler } from './call-handler.js';
import type { SupervisorAnswer, SupervisorMessage, SupervisorOrder } from './messages.js';
import { NOTIFICATION_SIZE, parseNotification, RESPONSE_SIZE, writeResponse } from './notification.js';

/*
 * The unfiltered thread that answers the command's held calls: while it is busy every trapped call of the command waits.
 * It waits in poll(2) of its own rather than in Node's event loop, which costs each call about 35 µs more.
 */
const { port } = workerData as { readonly port: MessagePort };
port.once('message', (message: SupervisorAnswer) => {
  if (message.type === 'begin') supervise(message.order);
});

/** Returns when the main thread has asked for the end, or has gone. */
function supervise(order: SupervisorOrder): void {
  /*
   * What a held call leads to is told before the call goes on, since the main thread must know of it when the packet
   * comes. An exec has no such haste: many are told at once, since each telling wakes the main thread beside the command
   * (1,000 execs: a tenth less than with 5 ms).
   */
  const EXEC_DELAY = 100;
  let outbox: SupervisorMessage[] = [];
  let flushAt = Number.POSITIVE_INFINITY;
  function post(message: SupervisorMessage): void {
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

  const notification = Buffer.alloc(NOTIFICATION_SIZE);
  const response = Buffer.alloc(RESPONSE_SIZE);
  const identifier = Buffer.alloc(8);

  const listener = {
    /** Whether the call is still held: false once the thread was killed or interrupted. */
    isHeld(id: bigint): boolean {
      identifier.writeBigUInt64LE(id, 0);
      return ioctl(order.listener, C.SECCOMP_IOCTL_NOTIF_ID_VALID, identifier) === 0;
    },
    /** `errno` 0: go on. ENOENT (the thread has gone) is nobody's loss. */
    answer(id: bigint, errno: number): void {
      writeResponse(response, id, errno);
      ioctl(order.listener, C.SECCOMP_IOCTL_NOTIF_SEND, response);
    },
  };

  const calls = new CallHandler(order, post, listener);

  /** The longest that a thread which is to end may go on waiting, in milliseconds. */
  const LONGEST_WAIT = 250;

  function receive(): void {
    notification.fill(0);
    // ENOENT: the caller was killed between the question and here. EINTR: again in the next round.
    if (ioctl(order.listener, C.SECCOMP_IOCTL_NOTIF_RECV, notification) < 0) return;
    const call = parseNotification(notification);
    try {
      calls.handle(call);
    } catch (error) {
      // An unforeseen failure must neither hang the command nor let the call pass unseen.
      listener.answer(call.id, C.EACCES);
      post({
        type: 'failed',
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  }

  /** Takes in the main thread's answers; false where it has asked for the end. */
  function takeAnswers(): boolean {
    for (let item = receiveMessageOnPort(port); item !== undefined; item = receiveMessageOnPort(port)) {
      const message: SupervisorAnswer = item.message;
      if (message.type === 'stop') return false;
      if (message.type === 'sockets') calls.look(message.descriptor);
      if (message.type === 'answer') calls.answer(message.ticket, message.errno, message.ready);
    }
    return true;
  }

  /** Serves the command until the main thread asks for the end, or has gone. */
  function serve(): void {
    const bell = Buffer.alloc(512);
    let listening = order.listener;
    for (;;) {
      const wait = Math.max(0, Math.min(LONGEST_WAIT, Math.ceil(flushAt - performance.now())));
      const { first, second } = pollBoth(listening, order.bell, wait);
      if ((second & (C.POLLIN | C.POLLHUP)) !== 0) {
        const isGone = (second & C.POLLIN) === 0 || readSome(order.bell, bell) <= 0;
        if (isGone || !takeAnswers()) return;
      }
      if ((first & C.POLLIN) !== 0) receive();
      // All filtered threads have ended: there will be no more calls.
      else if ((first & C.POLLHUP) !== 0) listening = -1;
      if (performance.now() >= flushAt) flush();
    }
  }

  // It is in JavaScript's hands between two calls only: so two threads take turns on one processor, without the other's
  // being woken from its sleep (Linux 6.6; older kernels say EINVAL, and nothing is lost but time).
  ioctlValue(order.listener, C.SECCOMP_IOCTL_NOTIF_SET_FLAGS, C.SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
  post({ type: 'ready' });
  serve();
  calls.stop();
  flush();
  close(order.listener);
  close(order.bell);
  port.close();
}
