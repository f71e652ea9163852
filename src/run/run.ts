import { realpathSync } from 'node:fs';
import { readParser } from '../attribution/bundles/parser.js';
import { createTreeReader, readPromisedFiles } from '../attribution/tree.js';
import { openClaimChannel } from '../capture/claims/claim-channel.js';
import type { EgressEvent } from '../model/event.js';
import type { Lock } from '../model/lock.js';
import type { RunRecord } from '../model/record.js';
import type { CaptureReason, Mode, Run } from '../model/run.js';
import type { Journal, Store } from '../store/store.js';
import type { Caller } from './caller.js';
import { CaptureSession } from './capture.js';
import { concludeRun } from './conclude.js';
import { prepareCommand } from './held-command.js';
import type { Launch } from './launch.js';
import { createLedger } from './ledger.js';
import { runId } from './run-id.js';

export interface RunOptions {
  readonly command: readonly string[];
  readonly phase: string;
  readonly mode: Mode;
  readonly cwd: string;
  /** Folder of the nearest package.json, else the working folder. */
  readonly project: string;
  readonly lock: Lock | null;
  readonly store: Store;
  readonly caller: Caller;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether node processes are to load the hook that tells which code is behind each connection. */
  readonly hook: boolean;
  /** Told of each event as it happens, for the live line. */
  readonly onEvent: (event: EgressEvent) => void;
}

/**
 * Runs a command in the sandbox and returns what was seen of it; the command's exit code is the run's. The sandbox is
 * taken away at the end, whatever happens.
 * @throws SandboxError where the sandbox could not be made: the command was not started then.
 */
export async function runCommand(launch: Launch, options: RunOptions): Promise<RunRecord> {
  try {
    return await runLaunched(launch, options);
  } finally {
    await launch.stop();
  }
}

async function runLaunched(launch: Launch, options: RunOptions): Promise<RunRecord> {
  const { facts, startedAt, namedSockets } = launch;
  const epoch = startedAt.getTime();
  const now = (): number => performance.timeOrigin + performance.now() - epoch;
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
  const trees = createTreeReader();
  const parse = readParser();
  let abort: (code: CaptureReason['code'], reason: string) => void = () => {};
  const lazy: { journal: Journal | null } = { journal: null };
  const ledger = createLedger(
    {
      actor: (actor) => {
        lazy.journal?.actor(actor);
        // Beside a package's script it costs nothing; not while the script is still being held.
        if (actor.manifest !== null) setImmediate(trees.load);
      },
      event: (event) => lazy.journal?.event(event),
    },
    options.onEvent,
  );
  const session = new CaptureSession({ facts, ledger, now });
  const onLost = (code: CaptureReason['code'], reason: string): void => abort(code, reason);
  launch.listen({
    onPackets: (records) => session.onPackets(records),
    onLost: (reason) => onLost('gateway-lost', reason),
  });
  const { command, cwd, environment } = options;
  const claims = options.hook ? openClaimChannel(now) : null;
  const promised = options.caller.asCaller(() => readPromisedFiles(run.project));
  const { holderPid, ready } = await launch.backend;
  const [held, backend] = await Promise.all([
    launch.spawn.then((spawned) =>
      prepareCommand(spawned, launch.supervisor, {
        command,
        cwd,
        environment,
        namedSockets,
        holderPid,
        facts,
        epoch,
        session,
        claims,
        onLost,
      }),
    ),
    ready,
  ]);
  await session.open(backend.agent);
  const journal = options.store.beginRun(run, 'namespaces');
  lazy.journal = journal;
  abort = (code, reason) => {
    session.reason(code, reason);
    held.kill();
  };
  const ended = await held.run(backend);
  const durationMs = Math.round(now());
  const reasons = await session.close();
  await held.stop();
  const heard = claims?.close() ?? null;
  await launch.stop();
  // What is left to do is reading and writing the caller's files.
  options.caller.becomeCaller();
  const sightings = {
    run: { ...run, exitCode: ended.exitCode, durationMs },
    actors: ledger.actors,
    events: ledger.events(),
    reasons,
    survivors: ended.survivors,
    promised,
    trees,
    parse,
    heard,
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
}
