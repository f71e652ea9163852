import { CONSTANTS as C } from '../../sandbox/syscalls.js';

/** `struct seccomp_notif`, 80 bytes (include/uapi/linux/seccomp.h). */
export const NOTIFICATION_SIZE = 80;
/** `struct seccomp_notif_resp`, 24 bytes. */
export const RESPONSE_SIZE = 24;

/** One held system call. */
export interface Notification {
  readonly id: bigint;
  /** Thread id in the supervisor's pid namespace. */
  readonly tid: number;
  readonly number: number;
  /** Reads one of the six arguments as the register held it. */
  argument(index: number): bigint;
}

export function parseNotification(bytes: Buffer): Notification {
  return {
    id: bytes.readBigUInt64LE(0),
    tid: bytes.readUInt32LE(8),
    number: bytes.readInt32LE(16),
    argument: (index) => bytes.readBigUInt64LE(32 + index * 8),
  };
}

/** Writes the answer: `errno` 0 lets the kernel carry out the call as it stands. */
export function writeResponse(into: Buffer, id: bigint, errno: number): void {
  into.fill(0);
  into.writeBigUInt64LE(id, 0);
  into.writeInt32LE(-errno, 16);
  into.writeUInt32LE(errno === 0 ? C.SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0, 20);
}
