import { describe, expect, test } from 'vitest';
import { assemble, buildFilter } from '../../src/sandbox/seccomp-filter.js';
import { CONSTANTS as C, syscallTable } from '../../src/sandbox/syscalls.js';
import { runOnCall } from './support/bpf.js';

/* include/uapi/linux/seccomp.h and asm-generic/errno*.h */
const ALLOW = 0x7fff0000;
const NOTIFY = 0x7fc00000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const RAW = C.SOCK_RAW | C.SOCK_CLOEXEC | C.SOCK_NONBLOCK;
const STREAM = C.SOCK_STREAM | C.SOCK_CLOEXEC;
const HIGH_HALF = 1n << 32n;

describe.each(['x64', 'arm64'])('on %s', (architecture) => {
  const table = syscallTable(architecture);
  const program = buildFilter(table);
  const verdict = (number: number, ...args: (number | bigint)[]): number =>
    runOnCall(program, table.auditArch, number, args);

  test.each(['connect', 'sendmsg', 'sendmmsg', 'execve', 'execveat'] as const)('%s is held', (name) => {
    expect(verdict(table[name], 3, 0x1000)).toBe(NOTIFY);
  });

  test.each([
    ['no address', 0n, ALLOW],
    ['an address', 0x1000n, NOTIFY],
    ['an address whose low half is zero', HIGH_HALF, NOTIFY],
  ])('sendto with %s', (_what, address, expected) => {
    expect(verdict(table.sendto, 3, 0, 0, 0, address)).toBe(expected);
  });

  test.each([
    ['TCP', C.AF_INET, STREAM, 0, ALLOW],
    ['TCP by number', C.AF_INET, STREAM, 6, ALLOW],
    ['UDP over IPv6', C.AF_INET6, C.SOCK_DGRAM, 17, ALLOW],
    ['MPTCP', C.AF_INET, STREAM, 262, ALLOW],
    ['Unix', C.AF_UNIX, STREAM, 0, ALLOW],
    ['netlink', C.AF_NETLINK, RAW, 0, ALLOW],
    ['raw IPv4', C.AF_INET, RAW, 0, NOTIFY],
    ['raw IPv6 with a carried protocol', C.AF_INET6, RAW, 17, NOTIFY],
    ['ping', C.AF_INET, C.SOCK_DGRAM, 1, NOTIFY],
    ['SCTP', C.AF_INET, STREAM, 132, NOTIFY],
    ['packets', C.AF_PACKET, RAW, 0x300, NOTIFY],
    ['vsock', 40, STREAM, 0, NOTIFY],
    ['no family', C.AF_UNSPEC, STREAM, 0, NOTIFY],
  ])('a socket: %s', (_what, family, type, protocol, expected) => {
    expect(verdict(table.socket, family, type, protocol)).toBe(expected);
  });

  test('the start of a program is held, and nothing else that the call does', () => {
    expect(verdict(table.startup.number, table.startup.argument ?? 0)).toBe(NOTIFY);
    if (table.startup.argument === null) return;
    expect(verdict(table.startup.number, table.startup.argument + 1)).toBe(ALLOW);
  });

  test.each(['io_uring_setup', 'io_uring_enter', 'io_uring_register'] as const)('%s is not there', (name) => {
    expect(verdict(table[name])).toBe(ENOSYS);
  });

  test.each([
    ['typing into the terminal', 'ioctl', 1, 0x5412, EPERM],
    ['its console variant', 'ioctl', 1, 0x541c, EPERM],
    ['the size of the terminal', 'ioctl', 1, 0x5413, ALLOW],
    ['a forged memory map', 'prctl', 0, 35, EPERM],
    ['a process name', 'prctl', 0, 15, ALLOW],
  ] as const)('%s', (_what, call, index, value, expected) => {
    const args = [0n, 0n];
    args[index] = BigInt(value);
    expect(verdict(table[call], ...args)).toBe(expected);
    // The kernel reads an int: what the high half says must not matter.
    args[index] = BigInt(value) | HIGH_HALF;
    expect(verdict(table[call], ...args)).toBe(expected);
  });

  test('every other call is allowed', () => {
    const { startup, auditArch, ...numbers } = table;
    const ruled = new Set([...Object.values(numbers), startup.number]);
    for (let number = 0; number < 600; number += 1) {
      const expected = runOnCall(program, auditArch, number, []);
      if (!ruled.has(number) || numbers.seccomp === number)
        expect([number, expected]).toEqual([number, ALLOW]);
    }
  });

  test.each(['connect', 'execve', 'ioctl'] as const)('%s of a foreign ABI is not there', (name) => {
    expect(runOnCall(program, 0x40000003, table[name], [])).toBe(ENOSYS);
    expect(runOnCall(program, table.auditArch, table[name] | 0x40000000, [])).toBe(ENOSYS);
  });
});

test('an instruction is laid out as struct sock_filter', () => {
  expect(assemble([[0x15, 1, 2, 0xfffffffe]])).toEqual(Buffer.from('15000102feffffff', 'hex'));
});
