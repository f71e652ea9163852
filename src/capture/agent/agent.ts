import { type ChildProcess, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Identity } from '../../sandbox/identity.js';
import { close, pidfdGetfd, pidfdOpen } from '../../sandbox/libc.js';
import { SandboxError } from '../../sandbox/sandbox-error.js';
import type { WitnessRecord, WitnessTotals } from '../witness/record.js';
import type { AgentOrder, FromAgent, ListenRequest, ToAgent } from './messages.js';

/** The process inside the gateway's namespace, as its parent sees it. */
export interface Agent {
  /** A listener on a port of every address, handed over. @throws SandboxError `setup-failed` */
  listen(request: Extract<ListenRequest, { kind: 'tcp' | 'inside-tcp' }>): Promise<net.Server>;
  /** A datagram socket bound to the very address, handed over. @throws SandboxError `setup-failed` */
  bind(request: Extract<ListenRequest, { kind: 'udp' | 'inside-udp' }>): Promise<dgram.Socket>;
  canary(order: Omit<Extract<ToAgent, { type: 'canary' }>, 'type'>): Promise<{ dns: boolean; tcp: boolean }>;
  totals(): Promise<WitnessTotals | null>;
  readonly pid: number;
  /**
   * A netlink socket inside the sandbox by which the kernel tells its Unix sockets, as a descriptor of this process, which
   * the caller closes; negative where it can't be had.
   */
  takeSocketTable(): number;
  /** Idempotent. */
  stop(): Promise<void>;
}

export interface AgentEvents {
  readonly onPackets: (records: readonly WitnessRecord[]) => void;
  /** The agent has died: nothing new is accepted any more. At most once, never after `stop`. */
  readonly onLost: (reason: string) => void;
}

/** How long the agent may take to say its totals when the run ends, in milliseconds. */
const TOTALS_PATIENCE = 5000;

/** How long the agent may take to end once it is told, in milliseconds. */
const STOP_PATIENCE = 2000;

/** Starts the agent in a network namespace of its own; `configure` joins it to the sandbox's. */
export function launchAgent(
  identity: Identity,
  holderPid: number,
  order: Omit<AgentOrder, 'type'>,
  events: AgentEvents,
): { readonly started: Promise<Agent>; stop(): void } {
  const { tools } = order;
  const join =
    identity.kind === 'user'
      ? [tools.nsenter, '--target', String(holderPid), '--user', '--preserve-credentials', '--']
      : [];
  const [file = tools.unshare, ...args] = [
    ...join,
    tools.unshare,
    '--net',
    '--',
    process.execPath,
    fileURLToPath(new URL('./main.js', import.meta.url)),
  ];
  const child = spawn(file, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The caller's NODE_OPTIONS are for the command, not for a part of the guard.
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    detached: true,
  });
  return { started: connectAgent(child, order, events), stop: () => child.kill('SIGKILL') };
}

async function connectAgent(
  child: ChildProcess,
  order: Omit<AgentOrder, 'type'>,
  events: AgentEvents,
): Promise<Agent> {
  let stopping = false;
  let nextId = 1;
  let complaint = '';
  const sockets = new Map<number, (handle: unknown, code: string) => void>();
  const once = new Map<FromAgent['type'], (message: FromAgent) => void>();
  let fail: (error: SandboxError) => void = () => {};
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  broken.catch(() => {});
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  const send = (message: ToAgent): void => {
    if (child.connected) child.send(message, () => {});
  };
  const wait = <T extends FromAgent['type']>(type: T): Promise<Extract<FromAgent, { type: T }>> =>
    Promise.race([
      broken,
      new Promise<Extract<FromAgent, { type: T }>>((resolve) => {
        once.set(type, (message) => resolve(message as Extract<FromAgent, { type: T }>));
      }),
    ]);
  const loaded = wait('loaded');
  const started = wait('started');
  started.catch(() => {});

  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2048);
  });
  child.on('message', (raw, handle) => {
    const message = raw as FromAgent;
    switch (message.type) {
      case 'listening':
        sockets.get(message.id)?.(handle, '');
        return;
      case 'refused':
        sockets.get(message.id)?.(null, message.code);
        return;
      case 'packets':
        events.onPackets(message.records);
        return;
      case 'failed':
        fail(new SandboxError('setup-failed', message.message));
        return;
      default:
        once.get(message.type)?.(message);
    }
  });
  child.once('error', (cause) =>
    fail(new SandboxError('setup-failed', 'the gateway could not be started', { cause })),
  );
  child.once('exit', (code, signal) => {
    const reason = `the gateway's process ended (${signal ?? `code ${code}`}) ${complaint.trim()}`.trim();
    fail(new SandboxError('setup-failed', reason));
    for (const settle of sockets.values()) settle(null, 'the gateway has gone');
    if (!stopping) events.onLost(reason);
  });

  await loaded;
  send({ type: 'start', ...order });
  const { socketTable } = await started;

  const request = <T>(what: ListenRequest, isRight: (handle: unknown) => handle is T): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const id = nextId++;
      sockets.set(id, (handle, code) => {
        sockets.delete(id);
        if (isRight(handle)) resolve(handle);
        else reject(new SandboxError('setup-failed', `no socket for ${JSON.stringify(what)}: ${code}`));
      });
      send({ type: 'listen', id, request: what });
      if (!child.connected) sockets.get(id)?.(null, 'the gateway has gone');
    });

  return {
    pid: child.pid ?? 0,
    takeSocketTable: () => {
      const process = socketTable < 0 ? -1 : pidfdOpen(child.pid ?? 0, 0);
      if (process < 0) return process;
      const taken = pidfdGetfd(process, socketTable);
      close(process);
      return taken;
    },
    listen: (what) => request(what, (handle): handle is net.Server => handle instanceof net.Server),
    bind: (what) => request(what, (handle): handle is dgram.Socket => handle instanceof dgram.Socket),
    canary: (what) => {
      const answer = wait('canary');
      send({ type: 'canary', ...what });
      return answer;
    },
    totals: () => {
      const answer = wait('totals').then((message) => message.totals);
      send({ type: 'totals' });
      const timeout = new Promise<null>((resolve) => setTimeout(resolve, TOTALS_PATIENCE, null).unref());
      return Promise.race([answer, timeout]).catch(() => null);
    },
    stop: async () => {
      stopping = true;
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE);
      if (child.exitCode === null && child.signalCode === null) await exited;
      clearTimeout(timer);
    },
  };
}
