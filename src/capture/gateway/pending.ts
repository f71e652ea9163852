import type { ActorId } from '../../model/actor.js';
import { close, localPort } from '../../sandbox/libc.js';
import type { Ruling } from '../gate.js';
import type { Dial } from './dial.js';

/** A connect that the supervisor has announced and that the gateway has not yet accepted. */
export interface PendingConnect {
  readonly at: number;
  /** When the held call was let go on, in milliseconds since the run's start; before it nothing can arrive. */
  readonly releasedAt: number;
  readonly actorId: ActorId | null;
  readonly address: string;
  readonly port: number;
  /** A duplicate of the socket, from which its source port is read; -1 where there is none. */
  readonly descriptor: number;
  /** Null where nothing is dialled: the resolver answers itself. */
  readonly upstream: Dial | null;
  /** By which it was let go on. */
  readonly ruling: Ruling;
}

/** How long a released connect may take to arrive, in milliseconds; it only has to cross this machine. */
const PATIENCE = 10_000;

/**
 * Joins accepted connections to announced ones by their source port: the kernel chooses it when the held connect
 * goes on, and the duplicate of the socket tells it. No port is taken beforehand (facts: a bound one is held
 * through TIME_WAIT).
 */
export class PendingConnects {
  /** Announced, source port not yet known. */
  readonly #fresh = new Set<PendingConnect>();
  readonly #byPort = new Map<number, readonly PendingConnect[]>();
  #size = 0;
  readonly #onStale: (pending: PendingConnect) => void;

  /** @param onStale Told of a connect that never arrived. */
  constructor(onStale: (pending: PendingConnect) => void) {
    this.#onStale = onStale;
  }

  /** Connects that wait. */
  get size(): number {
    return this.#size;
  }

  add(pending: PendingConnect): void {
    this.#size += 1;
    this.#fresh.add(pending);
  }

  /**
   * Takes the connect with this source port; null where none was announced. A connect whose socket could not be
   * duplicated has no port to compare, and is never guessed at.
   */
  take(sourcePort: number, address: string, port: number): PendingConnect | null {
    for (const pending of this.#fresh) {
      const own = pending.descriptor < 0 ? 0 : localPort(pending.descriptor);
      if (own <= 0) continue;
      this.#fresh.delete(pending);
      this.#byPort.set(own, [...this.#waiting(own), pending]);
    }
    // The kernel may give one source port to connects to several destinations at once.
    const waiting = this.#waiting(sourcePort);
    const found = waiting.find((one) => one.address === address && one.port === port) ?? waiting[0];
    if (found === undefined) return null;
    this.#keep(
      sourcePort,
      waiting.filter((one) => one !== found),
    );
    this.#release(found);
    return found;
  }

  /** Forgets what has waited too long; call now and then. */
  sweep(now: number): void {
    for (const pending of this.#fresh) {
      if (now - pending.releasedAt > PATIENCE) {
        this.#fresh.delete(pending);
        this.#expire(pending);
      }
    }
    for (const [port, waiting] of this.#byPort) {
      const stale = waiting.filter((pending) => now - pending.releasedAt > PATIENCE);
      this.#keep(
        port,
        waiting.filter((pending) => !stale.includes(pending)),
      );
      for (const pending of stale) this.#expire(pending);
    }
  }

  /** Forgets all. */
  clear(): void {
    this.sweep(Number.POSITIVE_INFINITY);
  }

  #waiting(sourcePort: number): readonly PendingConnect[] {
    return this.#byPort.get(sourcePort) ?? [];
  }

  #keep(sourcePort: number, waiting: readonly PendingConnect[]): void {
    if (waiting.length === 0) this.#byPort.delete(sourcePort);
    else this.#byPort.set(sourcePort, waiting);
  }

  #expire(pending: PendingConnect): void {
    this.#release(pending);
    pending.upstream?.discard();
    this.#onStale(pending);
  }

  #release(pending: PendingConnect): void {
    this.#size -= 1;
    if (pending.descriptor >= 0) close(pending.descriptor);
  }
}
