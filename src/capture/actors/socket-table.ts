import { receive, send } from '../../sandbox/libc.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';

/** `struct nlmsghdr` (include/uapi/linux/netlink.h): length, type, flags, sequence number, port. */
const HEADER = 16;
/** SOCK_DIAG_BY_FAMILY, with NLM_F_REQUEST | NLM_F_DUMP. */
const BY_FAMILY = 20;
const REQUEST_DUMP = 0x301;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
/** `struct unix_diag_req` is 24 bytes, `struct unix_diag_msg` 16 (include/uapi/linux/unix_diag.h). */
const REQUEST = 24;
const MESSAGE = 16;
const SHOW_VFS = 2;
/** Attribute with `struct unix_diag_vfs`: inode and device, 32 bits each. */
const VFS = 1;
/** The kernel fills at most this much at a time (net/netlink/af_netlink.c, netlink_recvmsg). */
const window = Buffer.alloc(32 * 1024);

/** A file as the kernel's table of sockets names it. */
export interface SocketFile {
  /** Device of the file system, major number in the upper 12 of 32 bits. */
  readonly device: number;
  /** The lower 32 bits of the inode's number. */
  readonly inode: number;
}

/**
 * Whether a socket of a network namespace is bound to the file. False where the kernel has no such table (without
 * CONFIG_UNIX_DIAG): what can't be told is not the sandbox's own.
 * @param descriptor A socket of that namespace: AF_NETLINK, NETLINK_SOCK_DIAG
 */
export function isBoundIn(descriptor: number, file: SocketFile): boolean {
  const request = Buffer.alloc(HEADER + REQUEST);
  request.writeUInt32LE(request.length, 0);
  request.writeUInt16LE(BY_FAMILY, 4);
  request.writeUInt16LE(REQUEST_DUMP, 6);
  request.writeUInt8(C.AF_UNIX, HEADER);
  // Sockets in every state: those for datagrams have none.
  request.writeUInt32LE(0xffffffff, HEADER + 4);
  request.writeUInt32LE(SHOW_VFS, HEADER + 12);
  if (send(descriptor, request) < 0) return false;
  let found = false;
  // To its end in any case: what is left would be taken for the next answer.
  for (;;) {
    const length = receive(descriptor, window, C.MSG_DONTWAIT);
    if (length <= 0) return found;
    const { files, isLast } = parseSocketFiles(window.subarray(0, length));
    found ||= files.some(({ device, inode }) => device === file.device && inode === file.inode);
    if (isLast) return found;
  }
}

/** The files that a part of the kernel's answer names. */
export function parseSocketFiles(bytes: Buffer): {
  readonly files: readonly SocketFile[];
  readonly isLast: boolean;
} {
  const files: SocketFile[] = [];
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    const type = bytes.readUInt16LE(at + 4);
    if (type === NLMSG_DONE || type === NLMSG_ERROR) return { files, isLast: true };
    if (length < HEADER || at + length > bytes.length) break;
    const file = type === BY_FAMILY ? parseFile(bytes.subarray(at + HEADER + MESSAGE, at + length)) : null;
    if (file !== null) files.push(file);
    at += align(length);
  }
  return { files, isLast: false };
}

/** @param attributes Each with its length and type, 16 bits each, on a multiple of four bytes */
function parseFile(attributes: Buffer): SocketFile | null {
  for (let at = 0; at + 4 <= attributes.length; ) {
    const length = attributes.readUInt16LE(at);
    if (length < 4) return null;
    if (attributes.readUInt16LE(at + 2) === VFS && length >= 12 && at + 12 <= attributes.length) {
      return { inode: attributes.readUInt32LE(at + 4), device: attributes.readUInt32LE(at + 8) };
    }
    at += align(length);
  }
  return null;
}

function align(length: number): number {
  return (length + 3) & ~3;
}
