/**
 * Loopback ports of the sandbox on which egresslock's own listener stands, or may stand before the main thread has said so:
 * who is seen listening there is not the command, so the main thread is asked about every address of such a port.
 */
export class RelayedPorts {
  /** Port → questions that are not answered yet. */
  readonly #asked = new Map<number, number>();
  /** Ticket → port that it asks about. */
  readonly #ports = new Map<number, number>();
  /** Ports of which one address at least is relayed. */
  readonly #relayed = new Set<number>();

  has(port: number): boolean {
    return this.#relayed.has(port) || this.#asked.has(port);
  }

  /** The main thread is asked about a port, and will answer this ticket. */
  ask(ticket: number, port: number): void {
    this.#ports.set(ticket, port);
    this.#asked.set(port, (this.#asked.get(port) ?? 0) + 1);
  }

  /** Any ticket's answer; those of other questions are nothing to this. */
  answer(ticket: number, isRelayed: boolean): void {
    const port = this.#ports.get(ticket);
    if (port === undefined) return;
    this.#ports.delete(ticket);
    const left = (this.#asked.get(port) ?? 1) - 1;
    if (left > 0) this.#asked.set(port, left);
    else this.#asked.delete(port);
    if (isRelayed) this.#relayed.add(port);
  }
}
