import { CONSTANTS as C } from '../../sandbox/syscalls.js';

/** `struct seccomp_notif`, 80 bytes (include/uapi/linux/seccomp.h). */
export const NOTIFICATION_SIZE = 80;
/** `struct seccomp_notif_resp`, 24 bytes. */
export const RESPONSE_SIZE = 24;

/** One held system call: a view of what the kernel has written there last. */
export class Notification {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get id(): bigint {
    return this.#bytes.readBigUInt64LE(0);
  }

  /** Thread id in the supervisor's pid namespace. */
  get tid(): number {
    return this.#bytes.readUInt32LE(8);
  }

  get number(): number {
    return this.#bytes.readInt32LE(16);
  }

  /** Reads one of the six arguments as the register held it. */
  argument(index: number): bigint {
    return this.#bytes.readBigUInt64LE(32 + index * 8);
  }
}

/** As the kernel wants it before it writes the next one (kernel/seccomp.c, seccomp_notify_recv). */
export function clearNotification(bytes: Buffer): void {
  // A loop and no fill: each exec pays for every function beside its way.
  for (let at = 0; at < NOTIFICATION_SIZE; at += 1) bytes[at] = 0;
}

/** Writes the answer that lets a call go on. */
export function releaseNotification(into: Buffer, notification: Buffer): void {
  for (let at = 0; at < 8; at += 1) into[at] = notification[at] ?? 0;
  for (let at = 8; at < RESPONSE_SIZE; at += 1) into[at] = 0;
  into.writeUInt32LE(C.SECCOMP_USER_NOTIF_FLAG_CONTINUE, 20);
}

/** Writes the answer: `errno` 0 lets the kernel carry out the call as it stands. */
export function writeResponse(into: Buffer, id: bigint, errno: number): void {
  into.fill(0);
  into.writeBigUInt64LE(id, 0);
  into.writeInt32LE(-errno, 16);
  into.writeUInt32LE(errno === 0 ? C.SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0, 20);
}
