import dgram from 'node:dgram';
import net from 'node:net';
import { close, pidfdGetfd, pidfdOpen } from '../../sandbox/libc.js';
import { SandboxError } from '../../sandbox/sandbox-error.js';
import type { Agent, AgentEvents } from './agent.js';
import type { FromAgent, ListenRequest, ToAgent, WatchOrder } from './messages.js';
import type { AgentProcess } from './process.js';

/** How long the agent may take to say its totals when the run ends, in milliseconds. */
const TOTALS_PATIENCE = 5000;

/** How long the agent may take to end once it is told, in milliseconds. */
const STOP_PATIENCE = 2000;

/** Refusals on their way to the agent; a sender that floods is not told of each. */
const MAXIMUM_UNTOLD = 1024;

/** Has a started agent watch, and resolves once its network is there. @throws SandboxError `setup-failed` */
export async function connectAgent(
  { child, ended }: AgentProcess,
  order: Omit<WatchOrder, 'type'>,
  events: AgentEvents,
): Promise<Agent> {
  let stopping = false;
  let nextId = 1;
  let complaint = '';
  let untold = 0;
  const sockets = new Map<number, (handle: unknown, code: string) => void>();
  const once = new Map<FromAgent['type'], (message: FromAgent) => void>();
  let fail: (error: SandboxError) => void = () => {};
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  broken.catch(() => {});
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
  const started = wait('started');

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
  ended.then((how) => {
    const reason = `the gateway's process ended (${how}) ${complaint.trim()}`.trim();
    fail(new SandboxError('setup-failed', reason));
    for (const settle of sockets.values()) settle(null, 'the gateway has gone');
    if (!stopping) events.onLost(reason);
  });

  send({ type: 'watch', ...order });
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
    takeSocketTable: () => {
      const process = socketTable < 0 ? -1 : pidfdOpen(child.pid ?? 0, 0);
      if (process < 0) return process;
      const taken = pidfdGetfd(process, socketTable);
      close(process);
      return taken;
    },
    listen: (what) => request(what, (handle): handle is net.Server => handle instanceof net.Server),
    bind: (what) => request(what, (handle): handle is dgram.Socket => handle instanceof dgram.Socket),
    unreachable: (datagram) => {
      if (!child.connected || untold >= MAXIMUM_UNTOLD) return;
      untold += 1;
      const message: ToAgent = { type: 'unreachable', datagram };
      child.send(message, () => {
        untold -= 1;
      });
    },
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
      if (child.exitCode === null && child.signalCode === null) await ended;
      clearTimeout(timer);
    },
  };
}
