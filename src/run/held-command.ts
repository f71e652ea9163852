import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';
import type { WaitingSupervisor } from '../capture/actors/supervisor.js';
import { CHANNEL_DESCRIPTOR, type ClaimChannel } from '../capture/claims/claim-channel.js';
import type { CaptureReason } from '../model/run.js';
import { carryEnvironment } from '../sandbox/carried-environment.js';
import { close as closeDescriptor, pipe } from '../sandbox/libc.js';
import { SandboxError } from '../sandbox/sandbox-error.js';
import { LAUNCH_VARIABLE, SETUP_FAILED } from '../sandbox/scripts.js';
import { findTools } from '../sandbox/tools.js';
import type { CaptureSession } from './capture.js';
import { groupSignals } from './group-signals.js';
import { hookedEnvironment, passportFor } from './hooked-environment.js';
import type { HostFacts } from './host-facts.js';
import { forwardSignals } from './signals.js';
import { firstChild, processesBeside } from './survivors.js';

/** How long the sandbox's first process may take to end once it was told to, in milliseconds. */
const END_PATIENCE = 2000;
const [STDIN, STDOUT, STDERR] = [0, 1, 2];

export interface HeldCommandOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Unix sockets of the host that stay reachable. */
  readonly namedSockets: readonly string[];
  readonly holderPid: number;
  readonly facts: HostFacts;
  /** Epoch milliseconds of the run's start. */
  readonly epoch: number;
  /** `monotonic()` at the run's start. */
  readonly origin: number;
  readonly session: CaptureSession;
  /** Where the preload hook's claims go; null where no hook is to be loaded. */
  readonly claims: ClaimChannel | null;
  readonly onLost: (code: CaptureReason['code'], reason: string) => void;
  /** Told when the command may have run its first instruction: nothing of egresslock's own is read from then on. */
  readonly onStart: () => void;
}

/** The command, held before its first instruction. */
export interface HeldCommand {
  /**
   * Starts the processes before the command, by its chain's argv, which is made of how its environment is restored; once,
   * before `run`. @throws SandboxError
   */
  start(argvOf: (restore: string) => readonly string[]): Promise<void>;
  /**
   * Lets the command begin; resolves when it has ended and nothing of it is left.
   * @throws SandboxError `not-begun`
   */
  run(): Promise<{ readonly exitCode: number; readonly survivors: readonly string[] }>;
  kill(): void;
  /** Ends it where it may not `run` any more, whatever has been started. */
  abandon(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Prepares the command under the filter, with its supervisor, while the backend is still being made.
 * @throws SandboxError
 */
export async function prepareCommand(
  waiting: WaitingSupervisor,
  options: HeldCommandOptions,
): Promise<HeldCommand> {
  const { facts, session, claims } = options;
  const passport = claims === null ? null : passportFor(claims.name);
  const [reportRead, reportWrite] = pipe();
  const [holdRead, holdWrite] = pipe();
  const supervisor = await waiting.begin(
    {
      namespacePid: options.holderPid,
      allowedSockets: options.namedSockets,
      ownAddresses: [facts.link.ipv4.sandbox, facts.link.ipv6.sandbox],
      epoch: options.epoch,
      origin: options.origin,
      passport,
    },
    {
      onMessage: (message) => session.onSupervisor(message),
      onLost: (reason) => options.onLost('supervisor-lost', reason),
    },
  );
  session.attach(supervisor);
  let outer: number | null = null;
  let starting: Promise<number> | null = null;
  let isAbandoned = false;
  let holdOpen = true;
  const release = (): void => {
    if (holdOpen) closeDescriptor(holdWrite);
    holdOpen = false;
  };
  const kill = (): void => {
    release();
    if (outer === null) return;
    try {
      process.kill(outer, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  const commandPid = (): number | null => {
    const first = outer === null ? null : firstChild(outer);
    return first === null ? null : firstChild(first);
  };
  return {
    kill,
    stop: () => supervisor.stop(),
    abandon: async () => {
      isAbandoned = true;
      kill();
      await starting?.catch(() => {});
      kill();
      process.off('exit', kill);
      await supervisor.stop();
    },
    start: async (argvOf) => {
      if (isAbandoned) return;
      const hooked =
        passport === null ? options.environment : hookedEnvironment(options.environment, passport);
      const { entries, restore } = carryEnvironment(hooked);
      const environment = Object.entries({ ...entries, [LAUNCH_VARIABLE]: '1' });
      // Whatever ends this process must end the command first: the thread that waits for it would hold the exit up.
      process.on('exit', kill);
      starting = supervisor.start({
        file: findTools().nsenter,
        argv: argvOf(restore),
        environment: environment.map(([key, value]) => `${key}=${value}`),
        descriptors: [STDIN, STDOUT, STDERR, reportWrite, holdRead],
        kept: claims === null ? [] : [{ from: claims.descriptor, to: CHANNEL_DESCRIPTOR }],
      });
      outer = await starting;
      closeDescriptor(reportWrite);
      closeDescriptor(holdRead);
    },
    run: async () => {
      const restore = forwardSignals({
        command: commandPid,
        kill,
        terminal: isatty(STDIN),
        hasReachedGroup: groupSignals(() => outer),
      });
      const reported = readLine(reportRead);
      let status: number | null = null;
      const ended = supervisor.ended.then((value) => {
        status = value;
      });
      options.onStart();
      try {
        if (holdOpen) writeSync(holdWrite, '\n');
      } catch {
        // Nobody waits for it any more: they have ended, which is told below.
      }
      const text = await Promise.race([reported, ended.then(() => null)]);
      const first = outer === null ? null : firstChild(outer);
      const survivors = text === null || first === null ? [] : processesBeside(first);
      release();
      const patience = setTimeout(kill, END_PATIENCE);
      await ended;
      clearTimeout(patience);
      outer = null;
      process.off('exit', kill);
      restore();
      if (text === null && status === SETUP_FAILED << 8)
        throw new SandboxError(
          'not-begun',
          'expected the sandbox to have the working folder, and a /proc of its own; below /run there is none',
        );
      return { exitCode: exitCodeOf(text, status ?? 0), survivors };
    },
  };
}

/** First line that comes from the descriptor, null where it closes without one. */
function readLine(fd: number): Promise<string | null> {
  return new Promise((resolve) => {
    const stream = new Socket({ fd, readable: true, writable: false });
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text.includes('\n')) resolve(text.trim());
    });
    stream.on('error', () => resolve(null));
    stream.on('close', () => resolve(null));
  });
}

/** The shell inside says the code; where it was killed before it could, the status word of waitpid(2) does. */
function exitCodeOf(text: string | null, status: number): number {
  if (text !== null && /^\d{1,3}$/.test(text)) return Number(text);
  const signal = status & 0x7f;
  return signal === 0 ? (status >> 8) & 0xff : 128 + signal;
}
