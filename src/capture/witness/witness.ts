import { monotonic } from '../../sandbox/clock.js';
import {
  attachPacketFilter,
  bind,
  close,
  receive,
  setSocketOption,
  socket,
  socketOptionBytes,
  whenReadable,
} from '../../sandbox/libc.js';
import { SandboxError } from '../../sandbox/sandbox-error.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { createFlowBook } from './flow-book.js';
import { readPacket } from './packet.js';
import { buildPacketFilter, SNAP_LENGTH } from './packet-filter.js';
import { createPcap } from './pcap-writer.js';
import type { WitnessRecord, WitnessTotals } from './record.js';

/**
 * Room for a burst while the event loop is busy, as it is for some 100 ms when a run's later parts are loaded: some 10,000
 * datagrams of a full Ethernet frame, or 50,000 SYNs.
 */
const RECEIVE_BUFFER = 32 * 1024 * 1024;
/** Packets taken in one go before other work gets its turn. */
const BATCH = 512;
/** At the end all that waits is taken: as much as the receive buffer can hold. */
const MAXIMUM_BATCHES = 1000;
/** Flows that are told apart, of TCP and of all else; a flood beyond that is counted, and makes the capture partial. */
const MAXIMUM_FLOWS = 200_000;
const TCP = 6;
const UDP = 17;

export interface WitnessOptions {
  readonly interfaceIndex: number;
  /** Addresses of the sandbox's end: only what comes from there is the command's. */
  readonly sandbox: readonly string[];
  readonly pcap: string | null;
  /** `monotonic()` at the run's start. */
  readonly origin: number;
  readonly onRecords: (records: readonly WitnessRecord[]) => void;
  /** Nothing more is seen from now on. At most once. */
  readonly onLost: (reason: string) => void;
}

export interface Witness {
  /** Of all packets until now; null once nothing is seen any more. */
  totals(): WitnessTotals | null;
  /** Idempotent. */
  stop(): void;
}

/**
 * Watches the wire of the current network namespace's interface.
 * @throws SandboxError `system-call` where AF_PACKET is denied; what open(2) says of the capture file.
 */
export function startWitness(options: WitnessOptions): Witness {
  const fd = openPacketSocket(options.interfaceIndex);
  const pcap = openPcap(options.pcap, fd);
  const sandbox = new Set(options.sandbox);
  const connections = createFlowBook(MAXIMUM_FLOWS);
  const flows = createFlowBook(MAXIMUM_FLOWS);
  const frame = Buffer.alloc(SNAP_LENGTH);
  const statistics = Buffer.alloc(8);
  let packets = 0;
  let dropped = 0;
  let unreported = 0;

  const record = (length: number): WitnessRecord | null => {
    const packet = readPacket(frame.subarray(0, length));
    if (packet === null || packet.housekeeping || !sandbox.has(packet.source)) return null;
    const { sourcePort, address, port, protocol } = packet;
    const at = monotonic() - options.origin;
    if (protocol === TCP && !packet.opens) return null;
    const book = protocol === TCP ? connections : flows;
    const noted = book.note(`${protocol} ${sourcePort} ${address} ${port}`);
    if (noted === 'full') unreported += 1;
    if (noted !== 'new') return null;
    const kind = protocol === TCP ? 'tcp' : protocol === UDP ? 'udp' : 'other';
    return { kind, at, sourcePort, address, port, protocol };
  };

  /** Returns whether there may be more. */
  const take = (): boolean => {
    const records: WitnessRecord[] = [];
    let count = 0;
    for (; count < BATCH; count += 1) {
      const length = receive(fd, frame, C.MSG_DONTWAIT | C.MSG_TRUNC);
      if (length < 0) break;
      packets += 1;
      const kept = Math.min(length, frame.length);
      pcap?.write(frame.subarray(0, kept), performance.timeOrigin + performance.now(), length);
      const found = record(kept);
      if (found !== null) records.push(found);
    }
    if (records.length > 0) options.onRecords(records);
    return count === BATCH;
  };

  let stopped = false;
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    watch.stop();
    close(fd);
    pcap?.close();
  };
  const watch = whenReadable(fd, () => {
    try {
      take();
    } catch (error) {
      // The capture file's disk is full, or has gone.
      stop();
      options.onLost(`the wire witness failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  return {
    totals: () => {
      if (stopped) return null;
      // What was sent last may still wait; whoever goes on sending is not waited for.
      for (let batches = 0; batches < MAXIMUM_BATCHES && take(); ) batches += 1;
      // Reading the statistics resets them (net/packet/af_packet.c).
      if (socketOptionBytes(fd, C.SOL_PACKET, C.PACKET_STATISTICS, statistics) > 0)
        dropped += statistics.readUInt32LE(4);
      return { packets, dropped, unreported };
    },
    stop,
  };
}

/** @throws what open(2) says of the file; the packet socket is closed then */
function openPcap(file: string | null, socketFd: number): ReturnType<typeof createPcap> | null {
  if (file === null) return null;
  try {
    return createPcap(file);
  } catch (error) {
    close(socketFd);
    throw error;
  }
}

function openPacketSocket(interfaceIndex: number): number {
  // Protocol 0 keeps the socket silent until it is filtered and bound to the interface.
  const fd = socket(C.AF_PACKET, C.SOCK_RAW | C.SOCK_CLOEXEC, 0);
  if (fd < 0)
    throw new SandboxError('system-call', `expected a packet socket for the wire witness, got errno ${-fd}`);
  attachPacketFilter(fd, buildPacketFilter());
  setSocketOption(fd, C.SOL_SOCKET, C.SO_RCVBUFFORCE, RECEIVE_BUFFER);
  // struct sockaddr_ll: family, protocol (big endian), interface index.
  const address = Buffer.alloc(20);
  address.writeUInt16LE(C.AF_PACKET, 0);
  address.writeUInt16BE(C.ETH_P_ALL, 2);
  address.writeInt32LE(interfaceIndex, 4);
  const code = bind(fd, address);
  if (code < 0) {
    close(fd);
    throw new SandboxError(
      'system-call',
      `expected the wire witness to bind to its interface, got errno ${-code}`,
    );
  }
  return fd;
}
