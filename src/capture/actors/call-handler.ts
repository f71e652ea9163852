import type { ActorId } from '../../model/actor.js';
import { isLoopback } from '../../model/loopback.js';
import { monotonic } from '../../sandbox/clock.js';
import { close, pidfdGetfd, socketOption, statusFlags } from '../../sandbox/libc.js';
import { CONSTANTS as C, SYSCALLS } from '../../sandbox/syscalls.js';
import { bindToFreePort } from './bind-free-port.js';
import { type InetAddress, inet, isConnected, low32, opensConnection, socketName } from './call-facts.js';
import { readMessageAddress, readMessageAddresses, readSocketAddress } from './calls.js';
import { ExecBook } from './exec-book.js';
import { Listeners } from './listeners.js';
import { readyKey, type SupervisorMessage, type SupervisorOrder } from './messages.js';
import type { Notification } from './notification.js';
import { RelayedPorts } from './relayed-ports.js';
import type { SocketAddress } from './sockaddr.js';
import { UnixSockets } from './unix-sockets.js';

/** How a held call is answered. */
interface Reply {
  isHeld(id: bigint): boolean;
  answer(id: bigint, errno: number): void;
}

/** Where the held calls come from. */
export interface Listener extends Reply {
  /** Lets the call that came last go on. */
  release(): void;
}

interface Attempt {
  readonly call: Notification;
  readonly address: InetAddress;
  readonly actorId: ActorId | null;
  /** A duplicate of the socket in this process; -1 where it could not be had. */
  readonly descriptor: number;
}

/** Decides what is said of each trapped call, and when it may go on. One instance a run. */
export class CallHandler {
  readonly #post: (message: SupervisorMessage) => void;
  readonly #listener: Listener;
  readonly #origin: number;
  readonly #own: ReadonlySet<string>;
  readonly #execs: ExecBook;
  readonly #ready = new Set<string>();
  readonly #held = new Map<number, bigint>();
  readonly #listeners: Listeners;
  readonly #relays = new RelayedPorts();
  readonly #unix: UnixSockets;
  readonly #release = (): void => this.#listener.release();
  #nextTicket = 1;

  constructor(order: SupervisorOrder, post: (message: SupervisorMessage) => void, listener: Listener) {
    this.#post = post;
    this.#listener = listener;
    this.#origin = order.origin;
    this.#own = new Set(order.ownAddresses);
    this.#execs = new ExecBook(order, post, () => this.#now());
    this.#listeners = new Listeners(order.namespacePid);
    this.#unix = new UnixSockets(order);
  }

  handle(call: Notification): void {
    switch (call.number) {
      case SYSCALLS.execve:
      case SYSCALLS.execveat:
        return this.#execs.ask(call.tid, this.#release);
      case SYSCALLS.startup.number:
        return this.#execs.start(call.tid, this.#release);
      case SYSCALLS.connect:
        return this.#destination(
          call,
          readSocketAddress(call.tid, call.argument(1), low32(call.argument(2))),
          true,
        );
      case SYSCALLS.sendto:
        return this.#destination(
          call,
          readSocketAddress(call.tid, call.argument(4), low32(call.argument(5))),
          opensConnection(call.argument(3)),
        );
      case SYSCALLS.sendmsg:
        return this.#destination(
          call,
          readMessageAddress(call.tid, call.argument(1)),
          opensConnection(call.argument(2)),
        );
      case SYSCALLS.sendmmsg:
        return this.#destinations(
          call,
          readMessageAddresses(call.tid, call.argument(1), low32(call.argument(2))),
        );
      case SYSCALLS.socket:
        return this.#socket(call);
      default:
        return this.#listener.answer(call.id, C.EPERM);
    }
  }

  look(socketTable: number): void {
    this.#unix.look(socketTable);
  }

  /** The main thread's answer to a ticket. */
  answer(ticket: number, errno: number, ready: string | null): void {
    if (ready !== null) this.#ready.add(ready);
    this.#relays.answer(ticket, ready !== null);
    const id = this.#held.get(ticket);
    this.#held.delete(ticket);
    if (id !== undefined) this.#listener.answer(id, errno);
  }

  stop(): void {
    for (const id of this.#held.values()) this.#listener.answer(id, C.ECONNREFUSED);
    this.#held.clear();
    this.#execs.stop();
    this.#unix.stop();
  }

  #now(): number {
    return monotonic() - this.#origin;
  }

  /**
   * Several datagrams to several places: all are announced, and the call waits for the last of them. Those to Unix
   * sockets pass no gateway: one that may not pass ends the whole call.
   */
  #destinations(call: Notification, addresses: readonly SocketAddress[] | null): void {
    if (addresses === null) return this.#listener.answer(call.id, C.EFAULT);
    for (const address of addresses) {
      if (address.family !== 'unix') continue;
      const actorId = this.#execs.callerOf(call.tid)?.actorId ?? null;
      const errno = this.#unixSocket(call, address.path, actorId);
      if (errno !== 0) return this.#listener.answer(call.id, errno);
    }
    const last = addresses.findLast(({ family }) => family !== 'unix') ?? null;
    const silent: Reply = {
      isHeld: (id) => this.#listener.isHeld(id),
      answer: () => {},
    };
    for (const address of addresses)
      if (address !== last && address.family !== 'unix') this.#destination(call, address, false, silent);
    this.#destination(call, last, false);
  }

  /** @param opens Whether the call would open a TCP connection: a plain send on one that is open says nothing new. */
  #destination(
    call: Notification,
    address: SocketAddress | null,
    opens: boolean,
    reply: Reply = this.#listener,
  ): void {
    if (address === null || address.family === 'other') return reply.answer(call.id, 0);
    const caller = this.#execs.callerOf(call.tid);
    const actorId = caller?.actorId ?? null;
    if (address.family === 'unix')
      return reply.answer(call.id, this.#unixSocket(call, address.path, actorId));
    const descriptor = caller === null ? -1 : pidfdGetfd(caller.pidfd, Number(low32(call.argument(0))));
    const drop = (): void => {
      if (descriptor >= 0) close(descriptor);
    };
    // No longer held: the thread has gone, and what was read may be another process's.
    if (!reply.isHeld(call.id)) return drop();
    const stream =
      descriptor < 0 ? opens : socketOption(descriptor, C.SOL_SOCKET, C.SO_TYPE) === C.SOCK_STREAM;
    const attempt: Attempt = { call, address, actorId, descriptor };
    if (stream ? !opens || isConnected(descriptor) : address.port === 0) {
      // A second connect asks how the first went; a datagram socket connected to port 0 asks for its source address.
      drop();
      return reply.answer(call.id, 0);
    }
    if (this.#staysInside(address)) {
      if (this.#ready.has(readyKey('udp', address.address, address.port)))
        return this.#resolver(attempt, stream ? 'tcp' : 'udp', reply);
      if (stream && isLoopback(address.address)) {
        const relayed = this.#ready.has(readyKey('inside', address.address, address.port));
        if (relayed || this.#relays.has(address.port) || !this.#listeners.has(address.port))
          return this.#loopback(attempt, relayed);
      }
      drop();
      return reply.answer(call.id, 0);
    }
    if (stream) this.#stream(attempt);
    else this.#datagram(attempt, reply);
  }

  /** What asks a resolver on the sandbox's loopback passes no gateway that would ask whose it is: its port is told before. */
  #resolver({ call, actorId, descriptor }: Attempt, transport: 'udp' | 'tcp', reply: Reply): void {
    const localPort = descriptor < 0 ? 0 : bindToFreePort(descriptor);
    if (descriptor >= 0) close(descriptor);
    this.#post({ type: 'resolver', actorId, transport, localPort });
    reply.answer(call.id, 0);
  }

  #loopback({ call, address, actorId, descriptor }: Attempt, relayed: boolean): void {
    const ticket = relayed ? null : this.#hold(call);
    if (ticket !== null) this.#relays.ask(ticket, address.port);
    this.#post({ type: 'loopback', at: this.#now(), actorId, ...inet(address), ticket, descriptor });
    if (relayed) this.#listener.answer(call.id, 0);
  }

  #stream({ call, address, actorId, descriptor }: Attempt): void {
    const blocking = descriptor >= 0 && (statusFlags(descriptor) & C.O_NONBLOCK) === 0;
    const wait = blocking || !this.#ready.has(readyKey('tcp', address.address, address.port));
    const ticket = wait ? this.#hold(call) : null;
    this.#post({ type: 'connect', at: this.#now(), actorId, ...inet(address), ticket, descriptor, blocking });
    if (!wait) this.#listener.answer(call.id, 0);
  }

  #datagram({ call, address, actorId, descriptor }: Attempt, reply: Reply): void {
    // Bound before it sends, so that its source port is known before the first datagram is on the wire.
    const port = descriptor < 0 ? 0 : bindToFreePort(descriptor);
    if (descriptor >= 0) close(descriptor);
    const wait = reply === this.#listener && !this.#ready.has(readyKey('udp', address.address, address.port));
    const ticket = wait ? this.#hold(call) : null;
    this.#post({ type: 'datagram', at: this.#now(), actorId, ...inet(address), ticket, localPort: port });
    if (!wait) reply.answer(call.id, 0);
  }

  /** The error with which the call ends; 0 where it may go on. */
  #unixSocket(call: Notification, path: string | null, actorId: ActorId | null): number {
    if (path === null) return 0;
    const { errno, isDenied } = this.#unix.rule(path, call.tid);
    if (isDenied) this.#denied(actorId, `unix ${path}`);
    return errno;
  }

  #socket(call: Notification): void {
    const [family, type, protocol] = [0, 1, 2].map((index) => Number(low32(call.argument(index))));
    this.#denied(
      this.#execs.callerOf(call.tid)?.actorId ?? null,
      socketName(family ?? 0, (type ?? 0) & 0xf, protocol ?? 0),
    );
    const known = family === C.AF_INET || family === C.AF_INET6;
    this.#listener.answer(call.id, known ? C.EPERM : C.EAFNOSUPPORT);
  }

  #denied(actorId: ActorId | null, what: string): void {
    this.#post({ type: 'denied', at: this.#now(), actorId, what, address: null, port: null });
  }

  #hold(call: Notification): number {
    const ticket = this.#nextTicket++;
    this.#held.set(ticket, call.id);
    return ticket;
  }

  #staysInside(address: InetAddress): boolean {
    return isLoopback(address.address) || this.#own.has(address.address);
  }
}
