import { writeSync } from 'node:fs';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { close, pipe } from '../../sandbox/libc.js';
import type { SupervisorAnswer, SupervisorMessage, SupervisorOrder } from './messages.js';

/** The supervising thread as the main thread sees it. */
export interface Supervisor {
  /** Takes in at once what the thread has already said: what it saw comes before what follows from it. */
  drain(): void;
  answer(ticket: number, errno: number, ready: string | null): void;
  /** Gives the thread what it needs to know the sandbox's own Unix sockets; until then all are refused. */
  look(socketTable: number): void;
  /** Idempotent. */
  stop(): Promise<void>;
}

export interface SupervisorEvents {
  readonly onMessage: (message: SupervisorMessage) => void;
  /** The thread has died: no call will be answered any more. Called at most once, never after `stop`. */
  readonly onLost: (reason: string) => void;
}

/** A supervising thread that is being loaded, before it knows what to listen to. */
export interface WaitingSupervisor {
  /** Lets it listen; resolves when it does. At most once. */
  begin(order: Omit<SupervisorOrder, 'bell'>, events: SupervisorEvents): Promise<Supervisor>;
  /** Ends a thread that was never begun; harmless else. */
  abandon(): void;
}

/** Starts to load the supervising thread, which takes as long as much else of the start. */
export function loadSupervisor(): WaitingSupervisor {
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./supervisor-worker.js', import.meta.url), {
    workerData: { port: port2 },
    transferList: [port2],
  });
  let begun = false;
  // From the first moment on: one that has ended before it was begun says so no more.
  const ended = new Promise<string>((resolve) => {
    worker.on('error', (error) => resolve(`the supervising thread failed: ${error.message}`));
    worker.on('exit', (code) => resolve(`the supervising thread ended with code ${code}`));
  });
  return {
    begin: (order, events) => {
      begun = true;
      return beginSupervisor(ended, port, order, events);
    },
    abandon: () => {
      if (begun) return;
      worker.terminate().catch(() => {});
      port.close();
    },
  };
}

/** @param ended Why the thread has ended, once it has */
async function beginSupervisor(
  ended: Promise<string>,
  port: MessagePort,
  given: Omit<SupervisorOrder, 'bell'>,
  events: SupervisorEvents,
): Promise<Supervisor> {
  let stopping = false;
  let lost = false;
  const lose = (reason: string): void => {
    if (stopping || lost) return;
    lost = true;
    events.onLost(reason);
  };
  const exited = ended.then(lose);
  let announce: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    announce = resolve;
  });
  const take = (messages: readonly SupervisorMessage[]): void => {
    for (const message of messages) {
      if (message.type === 'ready') announce();
      else events.onMessage(message);
    }
  };
  port.on('message', take);
  const [bell, ring] = pipe();
  let ringing = true;
  const hangUp = (): void => {
    if (ringing) close(ring);
    ringing = false;
  };
  // The thread waits outside of JavaScript: without the end of its pipe it would hold the exit up.
  process.on('exit', hangUp);
  const send = (message: SupervisorAnswer): void => {
    if (!ringing) return;
    port.postMessage(message);
    writeSync(ring, '\0');
  };
  port.postMessage({ type: 'begin', order: { ...given, bell } } satisfies SupervisorAnswer);
  await Promise.race([ready, exited]);
  return {
    drain: () => {
      for (let item = receiveMessageOnPort(port); item !== undefined; item = receiveMessageOnPort(port)) {
        take(item.message as SupervisorMessage[]);
      }
    },
    answer: (ticket, errno, ready) => {
      if (!stopping) send({ type: 'answer', ticket, errno, ready });
    },
    look: (descriptor) => {
      if (!stopping) send({ type: 'sockets', descriptor });
    },
    stop: async () => {
      if (!stopping) {
        send({ type: 'stop' });
        stopping = true;
      }
      await exited;
      hangUp();
      process.off('exit', hangUp);
      port.close();
    },
  };
}
