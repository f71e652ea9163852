import { readyKey, type Told } from '../capture/actors/messages.js';
import type { Datagrams } from '../capture/gateway/datagrams.js';
import { flowKey } from '../capture/gateway/flow-key.js';
import type { Gateway } from '../capture/gateway/gateway.js';
import { isGroupAddress } from '../capture/gateway/group-address.js';
import { DNS_PORT } from '../model/dns-port.js';
import { CONSTANTS as C } from '../sandbox/syscalls.js';
import type { PortBook } from './ledger.js';
import type { SandboxSockets } from './sandbox-sockets.js';

/** How a held call goes on. */
export interface CallAnswer {
  /** 0 lets it go on. */
  readonly errno: number;
  /** Names what need not be asked for again; null where each call is to be asked for. */
  readonly ready: string | null;
}

export interface HeldCallsOptions {
  readonly gateway: Gateway;
  readonly datagrams: Datagrams;
  readonly sockets: SandboxSockets;
  readonly ports: PortBook;
  /** Whether each flow is asked for by itself, since some may be blocked. */
  readonly isGated: boolean;
  /** Told of what went to a group of machines, which nobody relays. */
  readonly onGroup: (message: Told<'datagram'>) => void;
  readonly onLimit: () => void;
}

/** Prepares what a held call is about to reach, so that it is there when the call goes on. */
export class HeldCalls {
  readonly #options: HeldCallsOptions;
  /** UDP flows that are in the books by the call alone, whether or not a packet came of it: `sourcePort address port`. */
  readonly udpCalls = new Set<string>();

  constructor(options: HeldCallsOptions) {
    this.#options = options;
  }

  async connect(message: Told<'connect'>): Promise<CallAnswer> {
    const { gateway, sockets } = this.#options;
    const [errno] = await Promise.all([gateway.announced.connect(message), sockets.listen(message.port)]);
    return { errno, ready: this.#ready(readyKey('tcp', message.address, message.port)) };
  }

  async loopback(message: Told<'loopback'>): Promise<CallAnswer> {
    const { gateway, sockets } = this.#options;
    const announcement = { ...message, blocking: true };
    if (message.ticket === null) {
      gateway.announced.relayed(announcement);
      return { errno: 0, ready: null };
    }
    const { port } = message;
    const address =
      message.address === '0.0.0.0' ? '127.0.0.1' : message.address === '::' ? '::1' : message.address;
    const listen = (): Promise<boolean> => sockets.listenInside(address, port).catch(() => false);
    // Where the port was taken inside in the meantime, it is the sandbox's own, and the call goes there.
    const isRelayed = await gateway.announced.loopback(announcement, listen);
    return { errno: 0, ready: isRelayed ? readyKey('inside', message.address, port) : null };
  }

  async datagram(message: Told<'datagram'>): Promise<CallAnswer> {
    const { datagrams, sockets, ports, onGroup, onLimit } = this.#options;
    ports.set(message.localPort, message.actorId);
    const { address, port } = message;
    const key = flowKey(message.localPort, address, port);
    if (isGroupAddress(address)) {
      if (!this.udpCalls.has(key)) onGroup(message);
      this.udpCalls.add(key);
      return { errno: 0, ready: null };
    }
    if (datagrams.isRefused(message.actorId, message.localPort, { address, port }))
      return { errno: C.ECONNREFUSED, ready: null };
    // The resolver asks for each query by itself.
    const ruling = port === DNS_PORT ? null : datagrams.ask(message.actorId, { address, port });
    if (ruling !== null && !ruling.isAllowed && ruling.isSunk !== true) {
      datagrams.refuse(message.at, message.actorId, message.localPort, { address, port }, ruling);
      // Of a call with several destinations only the last can be refused: what is on the wire is in the books.
      this.udpCalls.add(key);
      return { errno: C.ECONNREFUSED, ready: null };
    }
    if (!(await sockets.bind(address, port))) {
      onLimit();
      return { errno: 0, ready: null };
    }
    return { errno: 0, ready: this.#ready(readyKey('udp', address, port)) };
  }

  #ready(key: string): string | null {
    return this.#options.isGated ? null : key;
  }
}
