import { SandboxError } from './sandbox-error.js';

/** System call numbers and the AUDIT_ARCH value of one architecture (`arch/x86/entry/syscalls`, `asm-generic/unistd.h`). */
export interface SyscallTable {
  readonly auditArch: number;
  readonly socket: number;
  readonly connect: number;
  readonly sendto: number;
  readonly sendmsg: number;
  readonly sendmmsg: number;
  readonly execve: number;
  readonly execveat: number;
  readonly ioctl: number;
  readonly prctl: number;
  readonly seccomp: number;
  readonly pidfd_open: number;
  readonly openat2: number;
  readonly pidfd_getfd: number;
  readonly close_range: number;
  readonly sched_setattr: number;
  readonly io_uring_setup: number;
  readonly io_uring_enter: number;
  readonly io_uring_register: number;
  /** The call that every C library makes once, first thing after an exec; with the value of its first argument. */
  readonly startup: { readonly number: number; readonly argument: number | null };
}

const X64: SyscallTable = {
  auditArch: 0xc000003e,
  socket: 41,
  connect: 42,
  sendto: 44,
  sendmsg: 46,
  sendmmsg: 307,
  execve: 59,
  execveat: 322,
  ioctl: 16,
  prctl: 157,
  seccomp: 317,
  pidfd_open: 434,
  openat2: 437,
  pidfd_getfd: 438,
  close_range: 436,
  sched_setattr: 314,
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  // arch_prctl(ARCH_SET_FS): glibc, musl and Go set their thread pointer with it before any code of the program runs.
  startup: { number: 158, argument: 0x1002 },
};

const ARM64: SyscallTable = {
  auditArch: 0xc00000b7,
  socket: 198,
  connect: 203,
  sendto: 206,
  sendmsg: 211,
  sendmmsg: 269,
  execve: 221,
  execveat: 281,
  ioctl: 29,
  prctl: 167,
  seccomp: 277,
  pidfd_open: 434,
  openat2: 437,
  pidfd_getfd: 438,
  close_range: 436,
  sched_setattr: 274,
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  // set_tid_address: the thread pointer is set without a system call there.
  startup: { number: 96, argument: null },
};

/** The table of an architecture in Node's words. @throws SandboxError `unsupported-architecture` */
export function syscallTable(architecture: string): SyscallTable {
  switch (architecture) {
    case 'x64':
      return X64;
    case 'arm64':
      return ARM64;
    default:
      throw new SandboxError(
        'unsupported-architecture',
        `expected x64 or arm64, this machine is ${architecture}; egresslock has no system call table for it`,
      );
  }
}

export const SYSCALLS = syscallTable(process.arch);

/** Constants of `include/uapi/linux`, the same on both architectures unless said. */
export const CONSTANTS = {
  EPERM: 1,
  ESRCH: 3,
  EINTR: 4,
  EAGAIN: 11,
  EACCES: 13,
  EINVAL: 22,
  ENOSYS: 38,
  EAFNOSUPPORT: 97,
  ENETUNREACH: 101,
  ECONNRESET: 104,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EHOSTUNREACH: 113,
  EINPROGRESS: 115,
  ENOENT: 2,
  ELOOP: 40,
  EFAULT: 14,
  AF_UNSPEC: 0,
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 10,
  AF_NETLINK: 16,
  AF_PACKET: 17,
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_RAW: 3,
  SOCK_SEQPACKET: 5,
  SOCK_NONBLOCK: 0x800,
  SOCK_CLOEXEC: 0x80000,
  NETLINK_SOCK_DIAG: 4,
  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_TYPE: 3,
  SO_SNDBUF: 7,
  SO_PASSCRED: 16,
  SO_SNDBUFFORCE: 32,
  SCM_CREDENTIALS: 2,
  SO_ATTACH_FILTER: 26,
  SO_RCVBUFFORCE: 33,
  SO_DOMAIN: 39,
  IPPROTO_IPV6: 41,
  IPV6_V6ONLY: 26,
  SOL_PACKET: 263,
  PACKET_STATISTICS: 6,
  MSG_DONTWAIT: 0x40,
  MSG_TRUNC: 0x20,
  MSG_CMSG_CLOEXEC: 0x40000000,
  ETH_P_ALL: 3,
  POLLIN: 1,
  POLLHUP: 0x10,
  SCHED_FLAG_KEEP_POLICY: 8,
  F_SETFD: 2,
  F_GETFL: 3,
  F_SETFL: 4,
  O_NONBLOCK: 0x800,
  O_CLOEXEC: 0x80000,
  O_PATH: 0x200000,
  RESOLVE_IN_ROOT: 0x10,
  CLONE_NEWNET: 0x40000000,
  CLOSE_RANGE_CLOEXEC: 4,
  FD_CLOEXEC: 1,
  PIDFD_THREAD: 0x80,
  SIGKILL: 9,
  PR_SET_PDEATHSIG: 1,
  PR_SET_DUMPABLE: 4,
  PR_SET_NO_NEW_PRIVS: 38,
  SECCOMP_SET_MODE_FILTER: 1,
  SECCOMP_GET_ACTION_AVAIL: 2,
  SECCOMP_RET_USER_NOTIF: 0x7fc00000,
  SECCOMP_FILTER_FLAG_NEW_LISTENER: 8,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: 32,
  SECCOMP_IOCTL_NOTIF_RECV: 0xc0502100,
  SECCOMP_IOCTL_NOTIF_SEND: 0xc0182101,
  SECCOMP_IOCTL_NOTIF_ID_VALID: 0x40082102,
  SECCOMP_USER_NOTIF_FLAG_CONTINUE: 1,
  POSIX_SPAWN_SETSIGDEF: 4,
  POSIX_SPAWN_SETSIGMASK: 8,
} as const;
