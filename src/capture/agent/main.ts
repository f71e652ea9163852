import type dgram from 'node:dgram';
import type net from 'node:net';
import { prctl, socket } from '../../sandbox/libc.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { startWitness, type Witness } from '../witness/witness.js';
import { runCanary } from './canary.js';
import type { FromAgent, JoinOrder, ListenRequest, ToAgent, WatchOrder } from './messages.js';
import { configureNetwork } from './network.js';
import { createInside, type Inside, makeSocket } from './sockets.js';

/*
 * The process inside the gateway's network namespace. It makes sockets there and hands them to its parent, which
 * lives in the host's namespace and dials out; and it watches the wire.
 */
interface Joined {
  readonly order: JoinOrder;
  readonly interfaceIndex: number;
  readonly inside: Inside;
}

/** Gives what the agent has joined; throws why it has not. */
let joined = (): Joined => {
  throw new Error('expected the network to be there before anything is asked of it');
};
let witness: Witness | null = null;

function send(message: FromAgent, handle?: net.Server | dgram.Socket): void {
  if (handle === undefined) {
    process.send?.(message);
    return;
  }
  // A copy that stays open here would take half of the connections (facts: handle passing).
  process.send?.(message, handle, {}, () => handle.close());
}

/** A failure is told when something is asked of the network: nobody may be listening yet. */
function join(order: JoinOrder): void {
  try {
    const interfaceIndex = configureNetwork(order);
    const made = { order, interfaceIndex, inside: createInside(order.holderPid) };
    joined = () => made;
  } catch (error) {
    joined = () => {
      throw error;
    };
  }
}

function watch({ pcap, epoch }: WatchOrder): void {
  const { order, interfaceIndex, inside } = joined();
  witness = startWitness({
    interfaceIndex,
    sandbox: [order.link.ipv4.sandbox, order.link.ipv6.sandbox],
    pcap,
    epoch,
    onRecords: (records) => send({ type: 'packets', records }),
  });
  const socketTable = inside(() => socket(C.AF_NETLINK, C.SOCK_RAW | C.SOCK_CLOEXEC, C.NETLINK_SOCK_DIAG));
  send({ type: 'started', socketTable });
}

async function listen(id: number, request: ListenRequest): Promise<void> {
  const { inside } = joined();
  try {
    send({ type: 'listening', id }, await makeSocket(request, inside));
  } catch (error) {
    send({ type: 'refused', id, code: error instanceof Error ? error.message : String(error) });
  }
}

async function handle(message: ToAgent): Promise<void> {
  switch (message.type) {
    case 'join':
      return join(message);
    case 'watch':
      return watch(message);
    case 'listen':
      return listen(message.id, message.request);
    case 'canary':
      return send({ type: 'canary', ...(await runCanary(message, joined().inside)) });
    case 'totals':
      if (witness !== null) send({ type: 'totals', totals: witness.totals() });
      return;
  }
}

process.on('message', (message: ToAgent) => {
  handle(message).catch((error: unknown) => {
    send({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
// The parent has gone: so must the namespace. Node 20 keeps the first from us where the parent died within a message.
prctl(C.PR_SET_PDEATHSIG, C.SIGKILL);
process.on('disconnect', () => {
  witness?.stop();
  process.exit(0);
});
