import { CONSTANTS as C, type SyscallTable } from './syscalls.js';

/*
 * The filter of the wrapped command (facts: seccomp user notification). Offsets of `struct seccomp_data`
 * (include/uapi/linux/seccomp.h): nr 0, arch 4, args from 16, 8 bytes each, little endian.
 */
const NUMBER = 0;
const ARCHITECTURE = 4;
const low = (argument: number): number => 16 + argument * 8;
const high = (argument: number): number => 20 + argument * 8;

const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
const JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const JUMP_AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const RETURN = 0x06; // BPF_RET | BPF_K

const ALLOW = 0x7fff0000;
const NOTIFY = 0x7fc00000;
const refuse = (errno: number): number => 0x00050000 | errno;

/** x32 calls carry this bit in the number; the i386 ABI shows in `arch`. */
const X32_BIT = 0x40000000;
/** Terminal ioctls with which a command could type into its caller's shell once it has ended. */
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
/** With it a process could forge the auxiliary vector by which its exec record is found. */
const PR_SET_MM = 35;
/** Socket protocols that the gateway can carry: any, TCP, UDP, MPTCP. ICMP and others are reported, not relayed. */
const CARRIED_PROTOCOLS = [0, 6, 17, 262];
/** The low byte of a socket type; above it are SOCK_NONBLOCK and SOCK_CLOEXEC. */
const TYPE_MASK = 0xf;

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, value: number];

/** One system call's rule: instructions that end in a return on every path. */
function rule(number: number, body: readonly Instruction[]): Instruction[] {
  return [[JUMP_EQUAL, 0, body.length, number], ...body];
}

const give = (value: number): Instruction => [RETURN, 0, 0, value];

/** Reports raw and odd sockets; lets through what the gateway can carry, and local families. */
function socketRule(): Instruction[] {
  const carried = CARRIED_PROTOCOLS.length;
  return [
    [LOAD, 0, 0, low(0)],
    [JUMP_EQUAL, 3, 0, C.AF_INET],
    [JUMP_EQUAL, 2, 0, C.AF_INET6],
    [JUMP_EQUAL, carried + 6, 0, C.AF_UNIX],
    [JUMP_EQUAL, carried + 5, carried + 4, C.AF_NETLINK],
    [LOAD, 0, 0, low(1)],
    [AND, 0, 0, TYPE_MASK],
    [JUMP_EQUAL, carried + 1, 0, C.SOCK_RAW],
    [LOAD, 0, 0, low(2)],
    ...CARRIED_PROTOCOLS.map((protocol, index): Instruction => [JUMP_EQUAL, carried - index, 0, protocol]),
    give(NOTIFY),
    give(ALLOW),
  ];
}

/**
 * Builds the program. What it reports (execs, connects, sends with an address, odd sockets) waits for the
 * supervisor; what no honest build needs and the supervisor couldn't follow (io_uring, foreign ABIs) is refused.
 */
export function buildFilter(table: SyscallTable): Buffer {
  const startup: Instruction[] =
    table.startup.argument === null
      ? [give(NOTIFY)]
      : [[LOAD, 0, 0, low(0)], [JUMP_EQUAL, 0, 1, table.startup.argument], give(NOTIFY), give(ALLOW)];
  return assemble([
    [LOAD, 0, 0, ARCHITECTURE],
    [JUMP_EQUAL, 1, 0, table.auditArch],
    give(refuse(C.ENOSYS)),
    [LOAD, 0, 0, NUMBER],
    [JUMP_AT_LEAST, 0, 1, X32_BIT],
    give(refuse(C.ENOSYS)),
    ...[table.connect, table.sendmsg, table.sendmmsg, table.execve, table.execveat].flatMap((number) =>
      rule(number, [give(NOTIFY)]),
    ),
    ...rule(table.sendto, [
      [LOAD, 0, 0, low(4)],
      [JUMP_EQUAL, 0, 2, 0],
      [LOAD, 0, 0, high(4)],
      [JUMP_EQUAL, 1, 0, 0],
      give(NOTIFY),
      give(ALLOW),
    ]),
    ...rule(table.socket, socketRule()),
    ...rule(table.startup.number, startup),
    ...[table.io_uring_setup, table.io_uring_enter, table.io_uring_register].flatMap((number) =>
      rule(number, [give(refuse(C.ENOSYS))]),
    ),
    ...rule(table.prctl, [
      [LOAD, 0, 0, low(0)],
      [JUMP_EQUAL, 0, 1, PR_SET_MM],
      give(refuse(C.EPERM)),
      give(ALLOW),
    ]),
    ...rule(table.ioctl, [
      [LOAD, 0, 0, low(1)],
      [JUMP_EQUAL, 1, 0, TIOCSTI],
      [JUMP_EQUAL, 0, 1, TIOCLINUX],
      give(refuse(C.EPERM)),
      give(ALLOW),
    ]),
    give(ALLOW),
  ]);
}

/** Encodes `struct sock_filter`: u16 code, u8 jt, u8 jf, u32 k. */
export function assemble(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, jumpTrue, jumpFalse, value], index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jumpTrue, index * 8 + 2);
    bytes.writeUInt8(jumpFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  });
  return bytes;
}
