import { realpathSync } from 'node:fs';
import { readParser } from '../attribution/bundles/parser.js';
import { createSpeakers } from '../attribution/speakers.js';
import { createTreeReader, readPromisedFiles } from '../attribution/tree.js';
import { openClaimChannel } from '../capture/claims/claim-channel.js';
import type { ActorId } from '../model/actor.js';
import type { EgressEvent } from '../model/event.js';
import type { Lock } from '../model/lock.js';
import type { DependencyTree } from '../model/package.js';
import type { Enforcement, Policy, Speaker } from '../model/policy.js';
import type { RunRecord } from '../model/record.js';
import type { CaptureReason, Mode, Run } from '../model/run.js';
import { monotonic } from '../sandbox/clock.js';
import { SandboxError } from '../sandbox/sandbox-error.js';
import type { Journal, Store } from '../store/store.js';
import type { Caller } from './caller.js';
import { CaptureSession } from './capture.js';
import { readConclusion } from './conclusion.js';
import { gateOfMode } from './gate-of-mode.js';
import { prepareCommand } from './held-command.js';
import { historyOf } from './history-of.js';
import { createInside } from './inside.js';
import type { Launch } from './launch.js';
import { createLedger } from './ledger.js';
import type { LoadedPolicy } from './policy/load-policy.js';
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
  /** What findings are made with, beside the run and the lock; null where there is no more. */
  readonly policy: LoadedPolicy | null;
  /** Opens the database that keeps the run; called once, before the command may begin. */
  readonly openStore: () => Store;
  readonly caller: Caller;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether node processes are to load the hook that tells which code is behind each connection. */
  readonly hook: boolean;
  /** Told when the command may have run its first instruction. */
  readonly onStart: () => void;
  /** Told of each event as it happens, for the live line. */
  readonly onEvent: (event: EgressEvent) => void;
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
  const { facts, startedAt, origin, namedSockets } = launch;
  const epoch = startedAt.getTime();
  const now = (): number => monotonic() - origin;
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
  const conclusion = readConclusion();
  const prepare = (): void => {
    try {
      conclusion(options.policy);
    } catch {
      // It shows at the end, when it is needed.
    }
  };
  const promised = options.caller.asCaller(() => readPromisedFiles(run.project));
  /** A lock of npm's names all folders; without one, workspaces are found on disk only, which takes longer. */
  const treeWithin = async (tree: DependencyTree | null): Promise<DependencyTree | null> =>
    promised === null || promised.lock !== null || options.caller.identity.kind === 'sudo'
      ? tree
      : conclusion(options.policy).wholeTree({ projectRoot: run.project, promised, trees });
  const isAsked = options.mode === 'enforce' || (options.sinkhole?.registries.length ?? 0) > 0;
  const tree = isAsked && promised !== null ? await trees.promised(promised).catch(() => null) : null;
  // One that can't be read is none: names are those on disk then, and count only where the package manager says the same.
  const speakers = isAsked ? createSpeakers({ projectRoot: run.project, tree }, options.hook) : null;
  const speakerOf = (actorId: ActorId | null): Speaker => speakers?.of(actorId) ?? { kind: 'unknown' };
  const claims = options.hook ? openClaimChannel(now, options.mode === 'enforce') : null;
  const inside =
    speakers === null || claims === null || options.mode !== 'enforce'
      ? null
      : createInside({
          conclusion: () => conclusion(options.policy),
          tree: await treeWithin(tree),
          projectRoot: run.project,
          parse,
          speakers,
          startedAt: epoch,
          listen: claims.soFar,
          isFull: () => claims.isFull,
          execs: () => {
            session.drain();
            return ledger.actors;
          },
        });
  const gate = gateOfMode(options, facts, speakerOf, inside);
  /** Before the command may begin, what is lost is an error of the set-up; afterwards it ends the command. */
  const losses: { first: string | null; tell: (code: CaptureReason['code'], reason: string) => void } = {
    first: null,
    tell: (_code, reason) => {
      losses.first ??= reason;
    },
  };
  const lazy: { journal: Journal | null } = { journal: null };
  const ledger = createLedger(
    {
      actor: (actor) => {
        speakers?.add(actor);
        lazy.journal?.actor(actor);
        // Beside the command, and beside a package's script, it costs nothing; not while they are still being held.
        if (ledger.actors.length === 1) setImmediate(prepare);
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
  const onLost = (code: CaptureReason['code'], reason: string): void => losses.tell(code, reason);
  launch.listen({
    onPackets: (records) => session.onPackets(records),
    onLost: (reason) => onLost('gateway-lost', reason),
  });
  const { holderPid, agent, chain } = await launch.backend;
  const held = await prepareCommand(await launch.supervisor, {
    environment: options.environment,
    namedSockets,
    holderPid,
    facts,
    epoch,
    origin,
    session,
    claims,
    onLost,
    onStart: options.onStart,
  });
  // The processes before the command start beside what is still to come of the network.
  const started = chain.then((argv) => held.start((restore) => argv(options.cwd, options.command, restore)));
  started.catch(() => {});
  const opened = agent.then((ready) => session.open(ready));
  let store: Store;
  let journal: Journal;
  try {
    await Promise.all([started, opened]);
    // Beside the processes before the command, which go on by themselves.
    store = options.openStore();
    journal = store.beginRun(run, 'namespaces');
    if (losses.first !== null) throw new SandboxError('setup-failed', losses.first);
  } catch (error) {
    await held.abandon();
    throw error;
  }
  lazy.journal = journal;
  losses.tell = (code, reason) => {
    session.reason(code, reason);
    held.kill();
  };
  const ended = await held.run().catch(async (error) => {
    await held.stop();
    await launch.stop();
    throw error;
  });
  const durationMs = Math.round(now());
  const reasons = await session.close();
  await held.stop();
  const heard = claims?.close() ?? null;
  await launch.stop();
  // What is left to do is reading and writing the caller's files.
  options.caller.becomeCaller();
  const { concludeRun, context, names } = conclusion(options.policy);
  const sightings = {
    run: { ...run, exitCode: ended.exitCode, durationMs },
    actors: ledger.actors,
    events: ledger.events(),
    reasons,
    survivors: ended.survivors,
    promised,
    trees,
    parse,
    names,
    heard,
  };
  const all = { ...context, ...historyOf(store, run) };
  return keep(journal, (lost) =>
    concludeRun({ ...sightings, reasons: [...reasons, ...lost] }, options.lock, all),
  );
}

/** Makes the record and keeps it. What the journal has lost before, or loses in keeping it, is a reason for `partial`. */
async function keep(
  journal: Journal,
  conclude: (lost: readonly CaptureReason[]) => Promise<RunRecord>,
): Promise<RunRecord> {
  const lost = (): CaptureReason[] =>
    journal.failure === null ? [] : [{ code: 'journal-failed', message: journal.failure.message }];
  const before = lost();
  const record = await conclude(before);
  journal.finish(record);
  const after = lost();
  return after.length === before.length ? record : conclude(after);
}
