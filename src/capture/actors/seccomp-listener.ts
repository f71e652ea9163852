import { ioctl } from '../../sandbox/libc.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import {
  clearNotification,
  NOTIFICATION_SIZE,
  Notification,
  RESPONSE_SIZE,
  releaseNotification,
  writeResponse,
} from './notification.js';

/** The descriptor on which the kernel reports held calls (seccomp_unotify(2)). */
export class SeccompListener {
  readonly #descriptor: number;
  readonly #notification = Buffer.alloc(NOTIFICATION_SIZE);
  readonly #call = new Notification(this.#notification);
  readonly #response = Buffer.alloc(RESPONSE_SIZE);
  readonly #identifier = Buffer.alloc(8);

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** The next held call, good until the next one is received; null where there is none any more. Waits for one. */
  receive(): Notification | null {
    clearNotification(this.#notification);
    // ENOENT: the caller was killed between the question and here. EINTR: again in the next round.
    if (ioctl(this.#descriptor, C.SECCOMP_IOCTL_NOTIF_RECV, this.#notification) < 0) return null;
    return this.#call;
  }

  /** Whether the call is still held: false once the thread was killed or interrupted. */
  isHeld(id: bigint): boolean {
    this.#identifier.writeBigUInt64LE(id, 0);
    return ioctl(this.#descriptor, C.SECCOMP_IOCTL_NOTIF_ID_VALID, this.#identifier) === 0;
  }

  /** Lets the call that was received last go on, as `answer` does. */
  release(): void {
    releaseNotification(this.#response, this.#notification);
    this.#send();
  }

  /** `errno` 0: go on. ENOENT (the thread has gone) is nobody's loss. */
  answer(id: bigint, errno: number): void {
    writeResponse(this.#response, id, errno);
    this.#send();
  }

  #send(): void {
    // Interrupted by a signal of ours, nothing was said yet, and the caller would wait for good.
    while (ioctl(this.#descriptor, C.SECCOMP_IOCTL_NOTIF_SEND, this.#response) === -C.EINTR);
  }
}
