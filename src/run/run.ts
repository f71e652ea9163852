import { realpathSync } from 'node:fs';
import { readParser } from '../attribution/bundles/parser.js';
import { createSpeakers, type Speakers } from '../attribution/speakers.js';
import {
  createTreeReader,
  type PromisedFiles,
  readPromisedFiles,
  type TreeReader,
} from '../attribution/tree.js';
import { openClaimChannel } from '../capture/claims/claim-channel.js';
import type { Gate } from '../capture/gate.js';
import type { ActorId } from '../model/actor.js';
import type { EgressEvent } from '../model/event.js';
import { MANAGERS } from '../model/lifecycle.js';
import type { Lock } from '../model/lock.js';
import type { Enforcement, Policy, Speaker } from '../model/policy.js';
import type { RunRecord } from '../model/record.js';
import type { CaptureReason, Mode, Run } from '../model/run.js';
import type { DetectionContext } from '../policy/detectors/context.js';
import type { Journal, Store } from '../store/store.js';
import type { Caller } from './caller.js';
import { CaptureSession } from './capture.js';
import type { concludeRun as ConcludeRun } from './conclude.js';
import { createGate } from './gate.js';
import { prepareCommand } from './held-command.js';
import { historyOf } from './history-of.js';
import type { HostFacts } from './host-facts.js';
import type { Launch } from './launch.js';
import { createLedger } from './ledger.js';
import { runId } from './run-id.js';
import type { SinkholeSetup } from './sinkhole.js';

export interface RunOptions {
  readonly command: readonly string[];
  readonly phase: string;
  readonly mode: Mode;
  readonly cwd: string;
  /** Folder of the nearest package.json, else the working folder. */
  readonly project: string;
  readonly lock: Lock | null;
  /** What is held against each look-up and flow in mode `enforce`; not looked at in the others. */
  readonly guard: Guard;
  /** Present in mode `sinkhole`, and in no other. */
  readonly sinkhole: SinkholeSetup | null;
  /** Loads what findings are made with, beside the run and the lock; called while the command's processes start. */
  readonly load: () => Promise<DetectionContext>;
  readonly store: Store;
  readonly caller: Caller;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether node processes are to load the hook that tells which code is behind each connection. */
  readonly hook: boolean;
  /** Told of each event as it happens, for the live line. */
  readonly onEvent: (event: EgressEvent) => void;
}

/** What makes a record of what was seen. */
interface Conclusion {
  readonly concludeRun: typeof ConcludeRun;
  readonly context: DetectionContext;
}

/** A policy, and how it is carried out. */
export interface Guard {
  readonly policy: Policy;
  readonly enforcement: Enforcement;
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
  const promised = options.caller.asCaller(() => readPromisedFiles(run.project));
  const isAsked = options.mode === 'enforce' || (options.sinkhole?.registries.length ?? 0) > 0;
  const speakers = isAsked ? await speakersOf(run.project, promised, trees, options.hook) : null;
  const speakerOf = (actorId: ActorId | null): Speaker => speakers?.of(actorId) ?? { kind: 'unknown' };
  const gate = gateOf(options, facts, speakerOf);
  let abort: (code: CaptureReason['code'], reason: string) => void = () => {};
  const lazy: { journal: Journal | null; conclusion: Conclusion | null } = {
    journal: null,
    conclusion: null,
  };
  const ledger = createLedger(
    {
      actor: (actor) => {
        speakers?.add(actor);
        lazy.journal?.actor(actor);
        // Beside a package's script it costs nothing; not while the script is still being held.
        if (actor.manifest !== null) setImmediate(trees.load);
      },
      event: (event) => lazy.journal?.event(event),
    },
    options.onEvent,
  );
  const sinkhole =
    options.sinkhole?.sinkhole({
      sink: ledger,
      now,
      onLimit: () => session.reason('limit-reached', 'more requests than are recorded'),
    }) ?? null;
  const session = new CaptureSession({ facts, ledger, now, gate, sinkhole });
  const onLost = (code: CaptureReason['code'], reason: string): void => abort(code, reason);
  launch.listen({
    onPackets: (records) => session.onPackets(records),
    onLost: (reason) => onLost('gateway-lost', reason),
  });
  const { command, cwd, environment } = options;
  const claims = options.hook ? openClaimChannel(now) : null;
  const { holderPid, ready } = await launch.backend;
  const [held, backend] = await Promise.all([
    launch.threads.then(async ({ spawn, supervisor }) =>
      prepareCommand(await spawn, supervisor, {
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
        load: async () => {
          const [{ concludeRun }, context] = await Promise.all([import('./conclude.js'), options.load()]);
          lazy.conclusion = { concludeRun, context };
        },
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
  const { concludeRun, context } = loadedOf(lazy.conclusion);
  const all = { ...context, ...historyOf(options.store, run) };
  const conclude = (why: readonly CaptureReason[]): Promise<RunRecord> =>
    concludeRun({ ...sightings, reasons: why }, options.lock, all);
  const record = await conclude([...reasons, ...before]);
  journal.finish(record);
  const after = journalReason();
  return after.length === before.length ? record : conclude([...reasons, ...after]);
}

/** No command ends before this was loaded. */
function loadedOf<T>(loaded: T | null): T {
  if (loaded === null) throw new Error('expected what concludes a run to be loaded before its command');
  return loaded;
}

/** What is asked before anything leaves; null where nothing is blocked. */
function gateOf(
  { mode, phase, guard, sinkhole }: RunOptions,
  facts: HostFacts,
  speakerOf: (actorId: ActorId | null) => Speaker,
): Gate | null {
  switch (mode) {
    case 'observe':
      return null;
    case 'enforce':
      return createGate({ ...guard, phase, speakerOf });
    case 'sinkhole':
      if (sinkhole === null) throw new Error('expected what mode sinkhole needs');
      return sinkhole.gate(facts, (actorId) => isManager(speakerOf(actorId)));
  }
}

/** Whether a process is a package manager's own, in the lock's words. */
function isManager(speaker: Speaker): boolean {
  return speaker.kind === 'one' && MANAGERS.some((manager) => speaker.name === `(${manager})`);
}

/**
 * Who may speak for which package, by the tree that was promised. One that can't be read is none: names are those on
 * disk then, and count only where the package manager says the same.
 */
async function speakersOf(
  projectRoot: string,
  promised: PromisedFiles | null,
  trees: TreeReader,
  hooked: boolean,
): Promise<Speakers> {
  const tree = promised === null ? null : await trees.promised(promised).catch(() => null);
  return createSpeakers({ projectRoot, tree }, hooked);
}
