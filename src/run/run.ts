import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { loadArborist, readPromisedTree } from '../attribution/tree.js';
import { parseResolvConf } from '../capture/resolver/resolv-conf.js';
import type { EgressEvent } from '../model/event.js';
import type { Lock } from '../model/lock.js';
import type { DependencyTree } from '../model/package.js';
import type { RunRecord } from '../model/record.js';
import type { CaptureReason, Mode, Run } from '../model/run.js';
import type { Identity } from '../sandbox/identity.js';
import type { Journal, Store } from '../store/store.js';
import { startBackend } from './backend.js';
import { CaptureSession } from './capture.js';
import { concludeRun } from './conclude.js';
import { prepareCommand } from './held-command.js';
import { readHostFacts } from './host-facts.js';
import { createLedger } from './ledger.js';

export { SandboxError } from '../sandbox/sandbox-error.js';

export interface RunOptions {
  readonly identity: Identity;
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

/**
 * Runs a command in the sandbox and returns what was seen of it; the command's exit code is the run's.
 * @throws SandboxError where the sandbox could not be made: the command was not started then.
 */
export async function runCommand(options: RunOptions): Promise<RunRecord> {
  const startedAt = new Date();
  const epoch = startedAt.getTime();
  const now = (): number => performance.timeOrigin + performance.now() - epoch;
  const facts = readHostFacts(options.identity.kind !== 'user', (text) => parseResolvConf(text).nameservers);
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
  const lazy: { journal: Journal | null } = { journal: null };
  const ledger = createLedger(
    { actor: (actor) => lazy.journal?.actor(actor), event: (event) => lazy.journal?.event(event) },
    options.onEvent,
  );
  const session = new CaptureSession({ facts, ledger, now });
  const backend = await startBackend({
    identity: options.identity,
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
    const onLost = (code: CaptureReason['code'], reason: string): void => abort(code, reason);
    const { command, cwd, environment, namedSockets } = options;
    const [held, , promised] = await Promise.all([
      prepareCommand({ command, cwd, environment, namedSockets, backend, facts, epoch, session, onLost }),
      session.open(backend.agent),
      promisedTree(run.project),
    ]);
    const journal = options.store.beginRun(run, 'namespaces');
    lazy.journal = journal;
    abort = (code, reason) => {
      session.reason(code, reason);
      held.kill();
    };
    const ended = await held.run();
    const durationMs = Math.round(now());
    const reasons = await session.close();
    await held.stop();
    await backend.stop();
    const sightings = {
      run: { ...run, exitCode: ended.exitCode, durationMs },
      actors: ledger.actors,
      events: ledger.events(),
      reasons,
      survivors: ended.survivors,
      promised,
    };
    const journalReason = (): CaptureReason[] =>
      journal.failure === null ? [] : [{ code: 'journal-failed', message: journal.failure.message }];
    const before = journalReason();
    const record = await concludeRun({ ...sightings, reasons: [...reasons, ...before] }, options.lock);
    journal.finish(record);
    const after = journalReason();
    return after.length === before.length
      ? record
      : concludeRun({ ...sightings, reasons: [...reasons, ...after] }, options.lock);
  } finally {
    await backend.stop();
  }
}

/**
 * The tree before anything ran. Arborist is loaded now, since the command may remove the folder in which egresslock
 * itself lies (`npm ci` empties node_modules).
 */
async function promisedTree(project: string): Promise<DependencyTree | null> {
  await loadArborist();
  return readPromisedTree(project).catch(() => null);
}

/** Sortable and unique: the time to the millisecond, then 32 random bits. */
function runId(at: Date): string {
  return `${at.toISOString().replace(/[-:.Z]/g, '')}-${randomBytes(4).toString('hex')}`;
}
