import { MessageChannel, receiveMessageOnPort, SHARE_ENV, Worker } from 'node:worker_threads';
import { SandboxError } from '../../sandbox/sandbox-error.js';
import type { SupervisorAnswer, SupervisorMessage, ThreadMessage, Told } from './messages.js';

/** The thread that starts the command and answers its held calls: what is said to it and by it. */
export interface SupervisorThread {
  send(message: SupervisorAnswer): void;
  /** The first message of that type. @throws SandboxError `setup-failed` once the thread has ended */
  next<T extends ThreadMessage['type']>(type: T): Promise<Told<T>>;
  /** Takes in at once what was already said. */
  drain(): void;
  /** Told of what nobody waits for. */
  listen(onMessage: (message: SupervisorMessage) => void): void;
  /** Why the thread has ended, once it has. */
  readonly ended: Promise<string>;
  /** Lets the message port go, once the thread has ended. */
  close(): void;
  /** Lets a thread that was never begun go: it ends once it is loaded, and holds up nobody. */
  end(): void;
}

/**
 * Starts to load the thread, which takes as long as much else of the start: so this module loads next to nothing, and no
 * system calls.
 */
export function startSupervisorThread(): SupervisorThread {
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./supervisor-worker.js', import.meta.url), {
    workerData: { port: port2 },
    transferList: [port2],
    // Not copied: a name that is no text (UTF-8) would abort the process.
    env: SHARE_ENV,
  });
  // From the first moment on: one that has ended before it was begun says so no more.
  const ended = new Promise<string>((resolve) => {
    worker.on('error', (error) => resolve(`the supervising thread failed: ${error.message}`));
    worker.on('exit', (code) => resolve(`the supervising thread ended with code ${code}`));
  });
  const broken = ended.then((reason): never => {
    throw new SandboxError('setup-failed', reason);
  });
  broken.catch(() => {});
  const awaited = new Map<ThreadMessage['type'], (message: ThreadMessage) => void>();
  /** What was said before anybody waited for it. */
  const early = new Map<ThreadMessage['type'], ThreadMessage>();
  let onMessage: (message: SupervisorMessage) => void = () => {};
  const take = (messages: readonly ThreadMessage[]): void => {
    for (const message of messages) {
      switch (message.type) {
        case 'listening':
        case 'unfiltered':
        case 'ready':
        case 'started':
        case 'unstarted':
        case 'ended':
          if (awaited.has(message.type)) awaited.get(message.type)?.(message);
          else early.set(message.type, message);
          break;
        default:
          onMessage(message);
      }
    }
  };
  port.on('message', take);
  return {
    send: (message) => port.postMessage(message),
    next: <T extends ThreadMessage['type']>(type: T) =>
      Promise.race([
        broken,
        new Promise<Told<T>>((resolve) => {
          const said = early.get(type);
          if (said !== undefined) resolve(said as Told<T>);
          else awaited.set(type, (message) => resolve(message as Told<T>));
        }),
      ]),
    drain: () => {
      for (let item = receiveMessageOnPort(port); item !== undefined; item = receiveMessageOnPort(port)) {
        take(item.message as ThreadMessage[]);
      }
    },
    listen: (hearer) => {
      onMessage = hearer;
    },
    ended,
    close: () => port.close(),
    end: () => {
      // Not terminated: it may be loading an addon, which aborts the process then (Node 20, 9 of 120).
      port.close();
      worker.unref();
    },
  };
}
