import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { Socket } from 'node:net';
import { attributeActors } from '../attribution/attribute.js';
import { groupDestinations } from '../attribution/destinations.js';
import { readTree } from '../attribution/tree.js';
import { startSupervisor, type Supervisor } from '../capture/actors/supervisor.js';
import { socketPaths } from '../sandbox/mask.js';
import { parseResolvConf } from '../capture/resolver/resolv-conf.js';
import type { EgressEvent } from '../model/event.js';
import type { Lock } from '../model/lock.js';
import type { RunRecord } from '../model/record.js';
import type { Capture, CaptureReason, Mode, Run } from '../model/run.js';
import { checkRun } from '../policy/check.js';
import { detectIdentity } from './detect-identity.js';
import { close as closeDescriptor, pipe } from '../sandbox/libc.js';
import { LAUNCH_VARIABLE } from '../sandbox/scripts.js';
import { prepareSpawn } from '../sandbox/spawn.js';
import { findTools } from '../sandbox/tools.js';
import type { Journal, Store } from '../store/store.js';
import { type Backend, startBackend } from './backend.js';
import { CaptureSession } from './capture.js';
import { readHostFacts } from './host-facts.js';
import { createLedger } from './ledger.js';
import { forwardSignals } from './signals.js';
import { onlyChild, processesBeside } from './survivors.js';

export interface RunOptions {
  readonly command: readonly string[];
  readonly phase: string;
  readonly mode: Mode;
  readonly cwd: string;
  /** Folder of the nearest package.json, else the working folder. */
  readonly project: string;
  readonly lock: Lock | null;
  readonly store: Store;
  /** Folders that the command must not see or change. */
  readonly ownFolders: readonly string[];
  /** Unix sockets of the host that stay reachable. */
  readonly namedSockets: readonly string[];
  readonly pcap: string | null;
  readonly environment: NodeJS.ProcessEnv;
  /** Told of each event as it happens, for the live line. */
  readonly onEvent: (event: EgressEvent) => void;
}

export interface RunOutcome {
  readonly record: RunRecord;
  /** The command's own exit code. */
  readonly exitCode: number;
}

/** How long the sandbox's first process may take to end once it was told to, in milliseconds. */
const END_PATIENCE = 2000;

/**
 * Runs a command in the sandbox and returns what was seen of it.
 * @throws SandboxError where the sandbox could not be made: the command was not started then.
 */
export async function runCommand(options: RunOptions): Promise<RunOutcome> {
  const startedAt = new Date();
  const epoch = startedAt.getTime();
  const now = (): number => performance.timeOrigin + performance.now() - epoch;
  const identity = detectIdentity();
  const facts = readHostFacts(identity.kind !== 'user', (text) => parseResolvConf(text).nameservers);
  const run: Run = {
    id: runId(startedAt),
    command: options.command,
    phase: options.phase,
    mode: options.mode,
    project: realpathSync(options.project),
    exitCode: null,
    startedAt: startedAt.toISOString(),
    durationMs: null,
  };
  let abort: (code: CaptureReason['code'], reason: string) => void = () => {};
  const lazy: { journal: Journal | null; session: CaptureSession | null } = { journal: null, session: null };
  const ledger = createLedger(
    { actor: (actor) => lazy.journal?.actor(actor), event: (event) => lazy.journal?.event(event) },
    options.onEvent,
  );
  const session = new CaptureSession({ facts, ledger, now });
  const backend = await startBackend({
    identity,
    facts,
    ownFolders: options.ownFolders,
    namedSockets: options.namedSockets,
    pcap: options.pcap,
    epoch,
    events: {
      onPackets: (records) => session.onPackets(records),
      onLost: (reason) => abort('gateway-lost', reason),
    },
  });
  try {
    const [command] = await Promise.all([
      prepareCommand(options, backend, facts.unixSockets, facts.link, epoch, session, (code, reason) => abort(code, reason)),
      session.open(backend.agent),
    ]);
    lazy.journal = options.store.beginRun(run, 'namespaces');
    abort = (code, reason) => {
      session.reason(code, reason);
      command.kill();
    };
    const ended = await command.run();
    const durationMs = Math.round(now());
    const reasons = [...(await session.close())];
    await command.stop();
    const record = await conclude(options, { ...run, exitCode: ended.exitCode, durationMs }, ledger, reasons, ended.survivors, lazy.journal);
    return { record, exitCode: ended.exitCode };
  } finally {
    await backend.stop();
  }
}

interface HeldCommand {
  /** Lets the command start; resolves when it has ended and nothing of it is left. */
  run(): Promise<{ readonly exitCode: number; readonly survivors: readonly string[] }>;
  kill(): void;
  stop(): Promise<void>;
}

async function prepareCommand(
  options: RunOptions,
  backend: Backend,
  unixSockets: string,
  link: { readonly ipv4: { readonly sandbox: string }; readonly ipv6: { readonly sandbox: string } },
  epoch: number,
  session: CaptureSession,
  lost: (code: CaptureReason['code'], reason: string) => void,
): Promise<HeldCommand> {
  const [reportRead, reportWrite] = pipe();
  const [holdRead, holdWrite] = pipe();
  const argv = backend.chain(options.cwd, options.command);
  const environment = Object.entries({ ...options.environment, [LAUNCH_VARIABLE]: '1' }).map(([key, value]) => `${key}=${value}`);
  const spawned = await prepareSpawn({
    file: findTools().nsenter,
    argv,
    environment,
    descriptors: [0, 1, 2, reportWrite, holdRead],
  });
  const supervisor: Supervisor = await startSupervisor(
    {
      listener: spawned.listener,
      namespacePid: backend.holderPid,
      hostSockets: socketPaths(unixSockets),
      allowedSockets: options.namedSockets,
      ownAddresses: [link.ipv4.sandbox, link.ipv6.sandbox],
      epoch,
    },
    {
      onMessage: (message) => session.onSupervisor(message),
      onLost: (reason) => lost('supervisor-lost', reason),
    },
  );
  session.attach(supervisor);
  let outer: number | null = null;
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
    const first = outer === null ? null : onlyChild(outer);
    return first === null ? null : onlyChild(first);
  };
  return {
    kill,
    stop: () => supervisor.stop(),
    run: async () => {
      const restore = forwardSignals({ command: commandPid, kill, terminal: process.stdin.isTTY === true });
      const reported = readLine(reportRead);
      let status: number | null = null;
      const ended = spawned.ended.then((value) => {
        status = value;
      });
      outer = await spawned.start();
      closeDescriptor(reportWrite);
      closeDescriptor(holdRead);
      const text = await Promise.race([reported, ended.then(() => null)]);
      const first = onlyChild(outer);
      const survivors = text === null || first === null ? [] : processesBeside(first);
      release();
      const patience = setTimeout(kill, END_PATIENCE);
      await ended;
      clearTimeout(patience);
      outer = null;
      restore();
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

async function conclude(
  options: RunOptions,
  run: Run,
  ledger: ReturnType<typeof createLedger>,
  reasons: CaptureReason[],
  survivors: readonly string[],
  journal: Journal,
): Promise<RunRecord> {
  const events = ledger.events();
  const { actors } = ledger;
  const tree = await readTree(run.project);
  const attributions = attributeActors({ actors, projectRoot: run.project, tree });
  const destinations = groupDestinations(events, attributions);
  const unattributed = events.filter((event) => event.actorId === null).length;
  if (unattributed > 0) {
    reasons.push({ code: 'unattributed-events', message: `${unattributed} events could not be tied to a process` });
  }
  if (journal.failure !== null) reasons.push({ code: 'journal-failed', message: journal.failure.message });
  const capture: Capture = {
    verdict: reasons.length === 0 ? 'complete' : 'partial',
    backend: 'namespaces',
    reasons,
    counts: {
      dnsQueries: events.filter((event) => event.kind === 'dns').length,
      connections: events.filter((event) => event.kind === 'connection').length,
      datagramFlows: events.filter((event) => event.kind === 'datagram').length,
      denied: events.filter((event) => event.kind === 'denied').length,
      execs: actors.length,
      unattributed,
    },
    survivors,
  };
  const base: RunRecord = { run, capture, actors, events, attributions, destinations, findings: [] };
  const record: RunRecord = { ...base, findings: checkRun(base, options.lock) };
  journal.finish(record);
  return record;
}

/** Sortable and unique: the time to the millisecond, then 32 random bits. */
function runId(at: Date): string {
  return `${at.toISOString().replace(/[-:.Z]/g, '')}-${randomBytes(4).toString('hex')}`;
}
