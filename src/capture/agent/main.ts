import { spawn } from 'node:child_process';
import type dgram from 'node:dgram';
import type net from 'node:net';
import { prctl } from '../../sandbox/libc.js';
import { currentNamespace } from '../../sandbox/network-namespace.js';
import { SandboxError } from '../../sandbox/sandbox-error.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { LinkedNamespaces } from './linked-namespaces.js';
import type { FromAgent, JoinOrder, ListenRequest, ToAgent, WatchOrder } from './messages.js';
import { networkScript } from './network.js';

/*
 * The process inside the gateway's network namespace, for those who can't visit it from the host's. It makes sockets there
 * and hands them to its parent, which lives in the host's namespace and dials out; and it watches the wire.
 */

/** Gives what the agent has joined; rejects with why it has not. */
let joined: Promise<LinkedNamespaces> = Promise.reject(
  new Error('expected the network to be there before anything is asked of it'),
);
joined.catch(() => {});

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
  joined = configure(order);
  joined.catch(() => {});
}

async function configure(order: JoinOrder): Promise<LinkedNamespaces> {
  const { sh } = order.tools;
  const child = spawn(sh, ['-c', networkScript(order, { in: 'gateway' })], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2048);
  });
  const how = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? String(code)));
  });
  if (how === '0') return LinkedNamespaces.at(currentNamespace(), order);
  throw new SandboxError(
    'setup-failed',
    `the link between sandbox and gateway could not be made: ${complaint.trim() || how}`,
  );
}

async function watch(order: WatchOrder): Promise<void> {
  const namespaces = await joined;
  const socketTable = namespaces.watch(order, {
    onRecords: (records) => send({ type: 'packets', records }),
    // The parent reads it there when this process has ended.
    onLost: (reason) => process.stderr.write(`${reason}\n`, () => process.exit(1)),
  });
  send({ type: 'started', socketTable });
}

async function listen(id: number, request: ListenRequest): Promise<void> {
  const namespaces = await joined;
  try {
    send({ type: 'listening', id }, await namespaces.makeSocket(request));
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
    case 'unreachable':
      return (await joined).unreachable(message.datagram);
    case 'canary':
      return send({ type: 'canary', ...(await (await joined).canary(message)) });
    case 'totals': {
      const totals = (await joined).totals();
      if (totals !== null) send({ type: 'totals', totals });
      return;
    }
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
  joined
    .then(
      (namespaces) => namespaces.stop(),
      () => {},
    )
    .finally(() => process.exit(0));
});
