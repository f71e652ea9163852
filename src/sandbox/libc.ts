// Longer than others: the design keeps every libc call in one file, so that there is one place to audit.
import { readdirSync } from 'node:fs';
import type Koffi from 'koffi';
import type { LibraryHandle } from 'koffi';
import { requireAddon } from './private-addons.js';
import { SandboxError } from './sandbox-error.js';
import { CONSTANTS as C, SYSCALLS } from './syscalls.js';

/*
 * The one file of libc calls. Each function here is one system call with JavaScript values; a negative return is
 * `-errno`, as in the kernel, because the hot callers must not pay for exceptions.
 */

const koffi = requireAddon('koffi') as typeof Koffi;
const library = loadLibc();

const ioctlPointer = library.func('ioctl', 'int', ['int', 'ulong', 'void *']);
const prctlCall = library.func('prctl', 'int', ['int', 'ulong', 'ulong', 'ulong', 'ulong']);
const seccompCall = library.func('syscall', 'long', ['long', 'uint', 'uint', 'void *']);
const vmReadCall = library.func('process_vm_readv', 'long', [
  'int',
  'void *',
  'ulong',
  'void *',
  'ulong',
  'ulong',
]);
const syscall2 = library.func('syscall', 'long', ['long', 'int', 'uint']);
const syscall3 = library.func('syscall', 'long', ['long', 'int', 'int', 'uint']);
const schedSetattrCall = library.func('syscall', 'long', ['long', 'int', 'void *', 'uint']);
const closeCall = library.func('close', 'int', ['int']);
const fcntlCall = library.func('fcntl', 'int', ['int', 'int', 'long']);
const setnsCall = library.func('setns', 'int', ['int', 'int']);
const unshareCall = library.func('unshare', 'int', ['int']);
const socketCall = library.func('socket', 'int', ['int', 'int', 'int']);
const bindCall = library.func('bind', 'int', ['int', 'void *', 'uint']);
const listenCall = library.func('listen', 'int', ['int', 'int']);
const connectCall = library.func('connect', 'int', ['int', 'void *', 'uint']);
const getsocknameCall = library.func('getsockname', 'int', ['int', 'void *', 'void *']);
const getsockoptCall = library.func('getsockopt', 'int', ['int', 'int', 'int', 'void *', 'void *']);
const setsockoptCall = library.func('setsockopt', 'int', ['int', 'int', 'int', 'void *', 'uint']);
const socketpairCall = library.func('socketpair', 'int', ['int', 'int', 'int', 'void *']);
const recvmsgCall = library.func('recvmsg', 'long', ['int', 'void *', 'int']);
const recvCall = library.func('recv', 'long', ['int', 'void *', 'ulong', 'int']);
const nameToIndexCall = library.func('if_nametoindex', 'uint', ['str']);
const pipeCall = library.func('pipe2', 'int', ['void *', 'int']);
const preadCall = library.func('pread', 'long', ['int', 'void *', 'ulong', 'long']);
const readCall = library.func('read', 'long', ['int', 'void *', 'ulong']);
const pollCall = library.func('poll', 'int', ['void *', 'ulong', 'int']);
const openCall = library.func('open', 'int', ['str', 'int']);
const openBytesCall = library.func('open', 'int', ['void *', 'int']);
const openat2Call = library.func('syscall', 'long', ['long', 'int', 'str', 'void *', 'ulong']);
const sendCall = library.func('send', 'long', ['int', 'void *', 'ulong', 'int']);
const readlinkCall = library.func('readlink', 'long', ['void *', 'void *', 'ulong']);
const closeRangeCall = library.func('syscall', 'long', ['long', 'uint', 'uint', 'uint']);
const waitpidCall = library.func('waitpid', 'int', ['int', 'void *', 'int']);
const exitCall = library.func('_exit', 'void', ['int']);
const execveCall = library.func('execve', 'int', ['str', 'void *', 'void *']);
const spawnCall = library.func('posix_spawn', 'int', [
  'void *',
  'str',
  'void *',
  'void *',
  'void *',
  'void *',
]);
const actionsInit = library.func('posix_spawn_file_actions_init', 'int', ['void *']);
const actionsClose = library.func('posix_spawn_file_actions_addclose', 'int', ['void *', 'int']);
const actionsDup = library.func('posix_spawn_file_actions_adddup2', 'int', ['void *', 'int', 'int']);
const attributesInit = library.func('posix_spawnattr_init', 'int', ['void *']);
const attributesFlags = library.func('posix_spawnattr_setflags', 'int', ['void *', 'short']);
const attributesDefault = library.func('posix_spawnattr_setsigdefault', 'int', ['void *', 'void *']);
const attributesMask = library.func('posix_spawnattr_setsigmask', 'int', ['void *', 'void *']);

function loadLibc(): LibraryHandle {
  for (const name of ['libc.so.6', ...muslNames()]) {
    try {
      return koffi.load(name);
    } catch {
      // The next name may be the right one: glibc and musl differ.
    }
  }
  throw new SandboxError(
    'no-libc',
    'expected glibc (libc.so.6) or musl (/lib/libc.musl-*.so.1), found neither',
  );
}

/** musl's name carries the architecture: `/lib/libc.musl-x86_64.so.1`. */
function muslNames(): string[] {
  try {
    return readdirSync('/lib')
      .filter((name) => name.startsWith('libc.musl-'))
      .map((name) => `/lib/${name}`);
  } catch {
    return [];
  }
}

function result(value: number): number {
  return value < 0 ? -koffi.errno() : value;
}

/** ioctl(2) with a buffer that is read and written in place. */
export function ioctl(fd: number, request: number, argument: Buffer): number {
  return result(ioctlPointer(fd, request, argument));
}

const TCGETS = 0x5401;
/** `struct termios` of the kernel: four flag words, the line discipline and 19 characters. */
const termios = Buffer.alloc(64);

/** c_lflag of a terminal; null where the descriptor is none. */
export function localModes(fd: number): number | null {
  return ioctl(fd, TCGETS, termios) < 0 ? null : termios.readUInt32LE(12);
}

/** prctl(2) with up to one argument. */
export function prctl(option: number, argument: number): number {
  return result(prctlCall(option, argument, 0, 0, 0));
}

/** seccomp(2): installs the program on the calling thread and returns the listener's descriptor. */
export function installFilter(program: Buffer, flags: number): number {
  const header = Buffer.alloc(16);
  header.writeUInt16LE(program.length / 8, 0);
  header.writeBigUInt64LE(koffi.address(program), 8);
  return result(Number(seccompCall(SYSCALLS.seccomp, C.SECCOMP_SET_MODE_FILTER, flags, header)));
}

/** seccomp(SECCOMP_GET_ACTION_AVAIL): whether the kernel, and what wraps this process, knows the action. */
export function hasSeccompAction(action: number): boolean {
  const value = Buffer.alloc(4);
  value.writeUInt32LE(action, 0);
  return Number(seccompCall(SYSCALLS.seccomp, C.SECCOMP_GET_ACTION_AVAIL, 0, value)) === 0;
}

/** A buffer of ours into which another process's memory is read again and again, without a new address each time. */
export interface ReadWindow {
  readonly buffer: Buffer;
  readonly local: Buffer;
  readonly remote: Buffer;
}

/** @param size Bytes of the window. */
export function createReadWindow(size: number): ReadWindow {
  const buffer = Buffer.alloc(size);
  const local = Buffer.alloc(16);
  local.writeBigUInt64LE(koffi.address(buffer), 0);
  return { buffer, local, remote: Buffer.alloc(16) };
}

/**
 * process_vm_readv(2) of `length` bytes at `address` into the window's start; returns the bytes read or -errno.
 * @param length At most 4 GiB
 */
export function readProcess(
  window: ReadWindow,
  pid: number,
  address: bigint | number,
  length: number,
): number {
  const wanted = Math.min(length, window.buffer.length);
  window.local.writeUInt32LE(wanted, 8);
  // A number is an address that was read as one: it is paid by every exec, which a bigint would make dearer.
  if (typeof address === 'bigint') window.remote.writeBigUInt64LE(address, 0);
  else {
    window.remote.writeUInt32LE(address % 2 ** 32, 0);
    window.remote.writeUInt32LE(Math.floor(address / 2 ** 32), 4);
  }
  window.remote.writeUInt32LE(wanted, 8);
  return result(Number(vmReadCall(pid, window.local, 1, window.remote, 1, 0)));
}

/** pidfd_open(2). */
export function pidfdOpen(pid: number, flags: number): number {
  return result(Number(syscall2(SYSCALLS.pidfd_open, pid, flags)));
}

/**
 * sched_setattr(2) of the calling thread, whose policy stays (SCHED_FLAG_KEEP_POLICY, Linux 5.3). Returns 0 or -errno: EPERM
 * for a lower niceness without CAP_SYS_NICE, EINVAL for a real-time policy.
 * @param nice From -20 to 19; @param slice Nanoseconds, which Linux clamps to 0.1 to 100 ms, and doesn't look at before 6.12
 */
export function setScheduling(nice: number, slice: bigint): number {
  // struct sched_attr: size, policy, flags, nice, priority, runtime, deadline, period.
  const attributes = Buffer.alloc(48);
  attributes.writeUInt32LE(attributes.length, 0);
  attributes.writeBigUInt64LE(BigInt(C.SCHED_FLAG_KEEP_POLICY), 8);
  attributes.writeInt32LE(nice, 16);
  attributes.writeBigUInt64LE(slice, 24);
  return result(Number(schedSetattrCall(SYSCALLS.sched_setattr, 0, attributes, 0)));
}

/** pidfd_getfd(2): a duplicate of the process's descriptor, close-on-exec. */
export function pidfdGetfd(pidfd: number, fd: number): number {
  return result(Number(syscall3(SYSCALLS.pidfd_getfd, pidfd, fd, 0)));
}

export function close(fd: number): number {
  return result(closeCall(fd));
}

/** fcntl(2) F_GETFL. */
export function statusFlags(fd: number): number {
  return result(fcntlCall(fd, C.F_GETFL, 0));
}

/** setns(2) of the calling thread. */
export function setns(fd: number, type: number): number {
  return result(setnsCall(fd, type));
}

/** unshare(2) of the calling thread. */
export function unshare(flags: number): number {
  return result(unshareCall(flags));
}

export function socket(family: number, type: number, protocol: number): number {
  return result(socketCall(family, type, protocol));
}

export function bind(fd: number, address: Buffer): number {
  return result(bindCall(fd, address, address.length));
}

export function listen(fd: number, backlog: number): number {
  return result(listenCall(fd, backlog));
}

export function connect(fd: number, address: Buffer): number {
  return result(connectCall(fd, address, address.length));
}

const nameBuffer = Buffer.alloc(128);
const lengthBuffer = Buffer.alloc(4);

/** Port (host byte order) that a TCP or UDP socket is bound to; 0 where it isn't; negative errno. */
export function localPort(fd: number): number {
  lengthBuffer.writeUInt32LE(nameBuffer.length, 0);
  const code = result(getsocknameCall(fd, nameBuffer, lengthBuffer));
  return code < 0 ? code : nameBuffer.readUInt16BE(2);
}

const optionBuffer = Buffer.alloc(4);

/** getsockopt(2) of an int option. */
export function socketOption(fd: number, level: number, name: number): number {
  lengthBuffer.writeUInt32LE(4, 0);
  const code = result(getsockoptCall(fd, level, name, optionBuffer, lengthBuffer));
  return code < 0 ? code : optionBuffer.readInt32LE(0);
}

/** getsockopt(2) into a buffer; returns the length the kernel wrote. */
export function socketOptionBytes(fd: number, level: number, name: number, into: Buffer): number {
  lengthBuffer.writeUInt32LE(into.length, 0);
  const code = result(getsockoptCall(fd, level, name, into, lengthBuffer));
  return code < 0 ? code : lengthBuffer.readUInt32LE(0);
}

/** setsockopt(2) of an int option, or of a buffer as it is. */
export function setSocketOption(fd: number, level: number, name: number, value: number | Buffer): number {
  if (typeof value !== 'number') return result(setsockoptCall(fd, level, name, value, value.length));
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value, 0);
  return result(setsockoptCall(fd, level, name, bytes, 4));
}

/** SO_ATTACH_FILTER with a classic BPF program (8 bytes an instruction). */
export function attachPacketFilter(fd: number, program: Buffer): number {
  const header = Buffer.alloc(16);
  header.writeUInt16LE(program.length / 8, 0);
  header.writeBigUInt64LE(koffi.address(program), 8);
  return setSocketOption(fd, C.SOL_SOCKET, C.SO_ATTACH_FILTER, header);
}

/** socketpair(2) of Unix sockets, close-on-exec. @throws SandboxError `system-call` */
export function socketPair(type: number): readonly [number, number] {
  const ends = Buffer.alloc(8);
  const code = result(socketpairCall(C.AF_UNIX, type | C.SOCK_CLOEXEC, 0, ends));
  if (code < 0) throw new SandboxError('system-call', `socketpair failed with errno ${-code}`);
  return [ends.readInt32LE(0), ends.readInt32LE(4)];
}

/** A buffer of ours for datagrams whose sender the kernel names; see `receiveFrom`. */
export interface MailWindow {
  readonly buffer: Buffer;
  readonly header: Buffer;
  readonly vector: Buffer;
  readonly control: Buffer;
}

/** CMSG_SPACE of a struct ucred, and no more: descriptors that a sender adds find no room and are dropped (unix(7)). */
const CREDENTIALS_SPACE = 32;

/** @param size Bytes of the longest datagram. */
export function createMailWindow(size: number): MailWindow {
  const buffer = Buffer.alloc(size);
  const control = Buffer.alloc(CREDENTIALS_SPACE);
  const vector = Buffer.alloc(16);
  vector.writeBigUInt64LE(koffi.address(buffer), 0);
  vector.writeBigUInt64LE(BigInt(size), 8);
  return { buffer, header: Buffer.alloc(56), vector, control };
}

/**
 * recvmsg(2) of one datagram into the window, without waiting, on a socket with SO_PASSCRED. `pid` is the process that
 * sent it, by the kernel's word (SCM_CREDENTIALS, unix(7)); null where it named none. A negative length is an errno.
 */
export function receiveFrom(fd: number, window: MailWindow): { length: number; pid: number | null } {
  const { header, control } = window;
  // struct msghdr: name, namelen, iov, iovlen, control, controllen, flags; 56 bytes on 64-bit machines.
  header.fill(0);
  header.writeBigUInt64LE(koffi.address(window.vector), 16);
  header.writeBigUInt64LE(1n, 24);
  header.writeBigUInt64LE(koffi.address(control), 32);
  header.writeBigUInt64LE(BigInt(control.length), 40);
  const length = result(Number(recvmsgCall(fd, header, C.MSG_DONTWAIT | C.MSG_CMSG_CLOEXEC)));
  if (length < 0) return { length, pid: null };
  // struct cmsghdr: length, level, type; then struct ucred with the pid first.
  const isTold =
    header.readBigUInt64LE(40) >= 28n &&
    control.readInt32LE(8) === C.SOL_SOCKET &&
    control.readInt32LE(12) === C.SCM_CREDENTIALS;
  return { length, pid: isTold ? control.readInt32LE(16) : null };
}

/** fcntl(2) F_SETFL. */
export function setStatusFlags(fd: number, flags: number): number {
  return result(fcntlCall(fd, C.F_SETFL, flags));
}

/** recv(2) into the buffer. */
export function receive(fd: number, into: Buffer, flags: number): number {
  return result(Number(recvCall(fd, into, into.length, flags)));
}

/** send(2) of the whole buffer on a connected socket, or to where its family sends without an address. */
export function send(fd: number, bytes: Buffer): number {
  return result(Number(sendCall(fd, bytes, bytes.length, 0)));
}

/** if_nametoindex(3): the index of a network interface of this namespace; 0 where there is none of that name. */
export function interfaceIndex(name: string): number {
  return nameToIndexCall(name);
}

/** pipe2(2), close-on-exec: `[read end, write end]`. */
export function pipe(): readonly [number, number] {
  const ends = Buffer.alloc(8);
  const code = result(pipeCall(ends, C.O_CLOEXEC));
  if (code < 0) throw new SandboxError('system-call', `pipe2 failed with errno ${-code}`);
  return [ends.readInt32LE(0), ends.readInt32LE(4)];
}

/** open(2) to read, close-on-exec; returns the descriptor or -errno. @param path With a NUL at its end */
export function openFile(path: Buffer): number {
  return result(openBytesCall(path, C.O_CLOEXEC));
}

/** pread(2) from the file's start into the buffer; returns the bytes read or -errno. */
export function readFromStart(fd: number, into: Buffer): number {
  return result(Number(preadCall(fd, into, into.length, 0)));
}

/** Reads the start of any file, however the kernel portions it out. Returns the bytes read or -errno. */
export function readFileStart(path: string, into: Buffer): number {
  const fd = result(openCall(path, C.O_CLOEXEC));
  if (fd < 0) return fd;
  let length = 0;
  for (;;) {
    const space = into.subarray(length);
    const read = result(Number(readCall(fd, space, space.length)));
    if (read <= 0) break;
    length += read;
    if (length === into.length) break;
  }
  closeCall(fd);
  return length;
}

/** open(2) with O_PATH: a descriptor that only names the file. */
export function openPath(path: string): number {
  return result(openCall(path, C.O_PATH | C.O_CLOEXEC));
}

/**
 * As `openPath`, by openat2(2) with RESOLVE_IN_ROOT: `/`, `..` and every link are followed as by a process that has
 * this root. -ELOOP at a link of /proc that leads past paths.
 */
export function openWithin(root: number, path: string): number {
  // struct open_how: flags, mode, resolve.
  const how = Buffer.alloc(24);
  how.writeBigUInt64LE(BigInt(C.O_PATH | C.O_CLOEXEC), 0);
  how.writeBigUInt64LE(BigInt(C.RESOLVE_IN_ROOT), 16);
  return result(Number(openat2Call(SYSCALLS.openat2, root, path, how, how.length)));
}

/** readlink(2) into the buffer; returns the length or -errno. @param path With a NUL at its end */
export function readLink(path: Buffer, into: Buffer): number {
  return result(Number(readlinkCall(path, into, into.length)));
}

/** Descriptors that are waited for together. */
export class PollSet {
  readonly #entries: Buffer;
  readonly #count: number;

  /** @param count Number of places, each empty at first */
  constructor(count: number) {
    this.#count = count;
    // struct pollfd: fd, events, revents; 8 bytes.
    this.#entries = Buffer.alloc(count * 8);
    for (let place = 0; place < count; place += 1) this.watch(place, -1);
  }

  /** Waits for something to read from the descriptor from now on; a negative one empties the place. */
  watch(place: number, fd: number): void {
    this.#entries.writeInt32LE(fd, place * 8);
    this.#entries.writeInt16LE(C.POLLIN, place * 8 + 4);
    this.#entries.writeInt16LE(0, place * 8 + 6);
  }

  /** poll(2): blocks for `timeout` milliseconds at most. */
  wait(timeout: number): void {
    // The kernel leaves them as they are where it fails.
    if (pollCall(this.#entries, this.#count, timeout) >= 0) return;
    for (let place = 0; place < this.#count; place += 1) this.#entries.writeInt16LE(0, place * 8 + 6);
  }

  /** What the last wait found there (POLLIN, POLLHUP …). */
  events(place: number): number {
    return this.#entries.readUInt16LE(place * 8 + 6);
  }
}

/** read(2) into the buffer; returns the bytes read or -errno. */
export function readSome(fd: number, into: Buffer): number {
  return result(Number(readCall(fd, into, into.length)));
}

/** _exit(2): ends the process with all of its threads, wherever they are. Nothing of Node's own end takes place. */
export function exitAtOnce(code: number): never {
  exitCall(code);
  throw new Error('unreachable: _exit returned');
}

/** A blocking waitpid(2); returns the raw status word, or a negative errno. */
export function waitFor(pid: number): number {
  const status = Buffer.alloc(4);
  for (;;) {
    const code = result(waitpidCall(pid, status, 0));
    if (code !== -C.EINTR) return code < 0 ? code : status.readInt32LE(0);
  }
}

export interface SpawnRequest {
  /** Absolute path of the program: posix_spawn's PATH search would be done by the filtered thread. */
  readonly file: string;
  readonly argv: readonly string[];
  /** `NAME=value` strings. */
  readonly environment: readonly string[];
  /** Descriptors of ours to put at 0, 1, 2, … of the child. */
  readonly descriptors: readonly number[];
  /** Others, each with its number in the child. */
  readonly kept: readonly { readonly from: number; readonly to: number }[];
}

/**
 * Closes all descriptors from `first` on at the next exec: what this process has inherited itself (Node closes those up to
 * 16) may be a socket of the host's network. By close_range(2), Linux 5.11; one by one before that.
 */
function closeOnExec(first: number): void {
  if (Number(closeRangeCall(SYSCALLS.close_range, first, 0xffff_ffff, C.CLOSE_RANGE_CLOEXEC)) === 0) return;
  for (const name of readdirSync('/proc/self/fd')) {
    if (Number(name) >= first) fcntlCall(Number(name), C.F_SETFD, C.FD_CLOEXEC);
  }
}

/**
 * posix_spawn(3) from the calling thread, whose seccomp filter the child inherits. The child has no descriptors but those
 * that it is given. Returns the pid or -errno.
 * @param listener Of the filter, which the child lets go before its exec: were this process killed while that is held, the
 * child would hold itself for good
 */
export function spawn(request: SpawnRequest, listener: number): number {
  closeOnExec(3);
  // Both glibc and musl keep these structures below 512 bytes.
  const actions = Buffer.alloc(512);
  const attributes = Buffer.alloc(512);
  actionsInit(actions);
  // Before its number may be given to another.
  actionsClose(actions, listener);
  request.descriptors.forEach((from, to) => {
    actionsDup(actions, from, to);
  });
  for (const { from, to } of request.kept) actionsDup(actions, from, to);
  attributesInit(attributes);
  // Node ignores SIGPIPE, and an ignored signal stays ignored over exec: the command must get the default back.
  attributesFlags(attributes, C.POSIX_SPAWN_SETSIGDEF | C.POSIX_SPAWN_SETSIGMASK);
  attributesDefault(attributes, Buffer.alloc(128, 0xff));
  attributesMask(attributes, Buffer.alloc(128));
  const [argv, keepArgv] = stringArray(request.argv);
  const [environment, keepEnvironment] = stringArray(request.environment);
  const pid = Buffer.alloc(4);
  const code: number = spawnCall(pid, request.file, actions, attributes, argv, environment);
  // The strings must outlive the call: naming them here keeps the collector away.
  if (code !== 0 || keepArgv.length + keepEnvironment.length < 0) return -code;
  return pid.readInt32LE(0);
}

/** execve(2) of this whole process, with its standard streams; returns -errno where it fails. */
export function replaceProcess(
  file: string,
  argv: readonly string[],
  environment: readonly string[],
): number {
  // Node keeps its streams from its children; here they are to stay.
  for (const fd of [0, 1, 2]) fcntlCall(fd, C.F_SETFD, 0);
  const [argumentPointers, keepArguments] = stringArray(argv);
  const [environmentPointers, keepEnvironment] = stringArray(environment);
  const code = result(execveCall(file, argumentPointers, environmentPointers));
  return keepArguments.length + keepEnvironment.length < 0 ? 0 : code;
}

function stringArray(values: readonly string[]): [Buffer, Buffer[]] {
  const strings = values.map((value) => Buffer.from(`${value}\0`));
  const pointers = Buffer.alloc((strings.length + 1) * 8);
  strings.forEach((text, index) => {
    pointers.writeBigUInt64LE(koffi.address(text), index * 8);
  });
  return [pointers, strings];
}

const nothing = (): void => {};

/** Calls back when the descriptor has something to read; returns what stops that. */
export function whenReadable(fd: number, callback: () => void): { stop(): void; unref(): void } {
  const handle = koffi.node.poll(fd, { readable: true }, () => {
    callback();
    // From Node 26 on what it leaves to later (promises, process.nextTick) would wait for the next event that is Node's own.
    setImmediate(nothing);
  });
  return { stop: () => handle.close(), unref: () => handle.unref() };
}
