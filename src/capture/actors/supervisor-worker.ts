import { type MessagePort, workerData } from 'node:worker_threads';
import { close, ioctl, ioctlValue, pollNow, whenReadable } from '../../sandbox/libc.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { CallHandler } from './call-handler.js';
import type { SupervisorAnswer, SupervisorMessage, SupervisorOrder } from './messages.js';
import { NOTIFICATION_SIZE, parseNotification, RESPONSE_SIZE, writeResponse } from './notification.js';

/*
 * The unfiltered thread that answers the command's held calls. It has an event loop and must never block: while it
 * is busy every trapped call of the command waits.
 */
const { port } = workerData as { readonly port: MessagePort };
const order = await new Promise<SupervisorOrder>((resolve) => {
  port.once('message', (message: SupervisorAnswer) => {
    if (message.type === 'begin') resolve(message.order);
  });
});

/*
 * What a held call leads to is told before the call goes on, since the main thread must know of it when the packet
 * comes. An exec has no such haste: several are told at once, after some milliseconds.
 */
const EXEC_DELAY = 5;
let outbox: SupervisorMessage[] = [];
let timer: NodeJS.Timeout | null = null;
function post(message: SupervisorMessage): void {
  outbox.push(message);
  if (message.type !== 'exec') flush();
  else timer ??= setTimeout(flush, EXEC_DELAY);
}
function flush(): void {
  if (timer !== null) clearTimeout(timer);
  timer = null;
  if (outbox.length === 0) return;
  port.postMessage(outbox);
  outbox = [];
}

const notification = Buffer.alloc(NOTIFICATION_SIZE);
const response = Buffer.alloc(RESPONSE_SIZE);
const identifier = Buffer.alloc(8);

let wakeUp = 0;
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
  /**
   * Connects come in rows by one thread: caller and supervisor then take turns on one processor (measured: 25 µs instead
   * of 60). After an exec there is work on both sides, which two processors share (1,000 execs: a tenth less).
   */
  expect(next: 'exec' | 'other'): void {
    const flags = next === 'exec' ? 0 : C.SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP;
    if (flags === wakeUp) return;
    wakeUp = flags;
    // Linux 6.6; older ones say EINVAL, and nothing is lost but time.
    ioctlValue(order.listener, C.SECCOMP_IOCTL_NOTIF_SET_FLAGS, flags);
  },
};

const calls = new CallHandler(order, post, listener);

/** Calls taken in one go before the event loop gets its turn for answers. */
const BATCH = 64;

function receive(): void {
  for (let count = 0; count < BATCH; count += 1) {
    // RECV blocks where nothing waits, whatever the descriptor's flags: so ask first.
    const events = pollNow(order.listener);
    if ((events & C.POLLIN) === 0) {
      // All filtered threads have ended: there will be no more calls.
      if ((events & C.POLLHUP) !== 0) watch.stop();
      break;
    }
    notification.fill(0);
    // ENOENT: the caller was killed between the question and here. EINTR: again in the next round.
    if (ioctl(order.listener, C.SECCOMP_IOCTL_NOTIF_RECV, notification) < 0) continue;
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
}

const watch = whenReadable(order.listener, receive);
port.on('message', (message: SupervisorAnswer) => {
  switch (message.type) {
    case 'answer':
      calls.answer(message.ticket, message.errno, message.ready);
      return;
    case 'begin':
      return;
    case 'stop':
      watch.stop();
      calls.stop();
      flush();
      close(order.listener);
      port.close();
      return;
  }
});
post({ type: 'ready' });
