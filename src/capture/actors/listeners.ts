import { readProc } from './proc.js';

/** State TCP_LISTEN in /proc/net/tcp (include/net/tcp_states.h). */
const LISTEN = '0A';
/** How long a port that was seen listening need not be looked up again, in milliseconds. */
const FRESH = 100;

/** Tells whether something in a network namespace listens on a TCP port, without calling it. */
export class Listeners {
  readonly #pid: number;
  readonly #seen = new Map<number, number>();

  /** @param namespacePid A process of the namespace */
  constructor(namespacePid: number) {
    this.#pid = namespacePid;
  }

  has(port: number): boolean {
    const now = performance.now();
    const seen = this.#seen.get(port);
    if (seen !== undefined && now - seen < FRESH) return true;
    const found = ['net/tcp', 'net/tcp6'].some((name) =>
      listeningPorts(readProc(this.#pid, name)?.toString('latin1') ?? '').has(port),
    );
    if (found) this.#seen.set(port, now);
    else this.#seen.delete(port);
    return found;
  }
}

/** Ports in state LISTEN of a /proc/net/tcp or tcp6 table. */
export function listeningPorts(table: string): Set<number> {
  const ports = new Set<number>();
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/);
    const port = columns[1]?.split(':')[1];
    if (columns[3] === LISTEN && port !== undefined) ports.add(Number.parseInt(port, 16));
  }
  return ports;
}
