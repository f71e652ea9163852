import { existsSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Severity } from '../../model/finding.js';
import type { Mode } from '../../model/run.js';
import type { Caller } from '../../run/caller.js';
import { beginLaunch } from '../../run/launch.js';
import { type Opening, openSandbox, withAllRoutes } from '../../run/opening.js';
import { restartBySudo } from '../../run/restart-by-sudo.js';
import type { SinkholeSetup } from '../../run/sinkhole.js';
import { failLevel } from '../fail-level.js';
import type { Output } from '../outputs.js';
import { phaseOf } from '../phase-of.js';
import { locate, lockPath, prepareFolder } from '../project.js';
import { readLock } from '../read-lock.js';
import { type PolicyFlags, readPolicy } from '../read-policy.js';
import { prepareReviewFor } from '../review-for.js';
import { watchUnforeseen } from '../unforeseen.js';
import { UsageError } from '../usage-error.js';
import { mustBeWritable } from '../write.js';

export interface RunFlags extends PolicyFlags {
  readonly mode?: Mode;
  readonly phase?: string;
  readonly lock?: string;
  readonly db?: string;
  readonly json?: string;
  readonly pcap?: string;
  readonly failOn?: Severity;
  readonly socket: readonly string[];
  readonly hide: readonly string[];
  readonly quiet: boolean;
  /** Revision to compare with. */
  readonly base?: string;
  readonly output: readonly Output[];
  readonly hook: boolean;
  readonly answers?: string;
  readonly reveal: boolean;
  readonly registry: readonly string[];
}

/**
 * `egresslock run -- COMMAND`: returns the exit code.
 * @param opening What was begun before the command line was read; null where nothing was
 */
export async function run(
  command: readonly string[],
  flags: RunFlags,
  caller: Caller,
  opening: Opening | null,
): Promise<number> {
  const given = caller.asCaller(() => {
    const { project, database, remark } = locate(flags);
    const lock = readLock(lockPath(project, flags.lock), flags.lock !== undefined);
    for (const path of [flags.json, flags.pcap, ...flags.output.map(({ file }) => file)])
      if (path !== undefined) mustBeWritable(path);
    mustBe('Unix socket', '--socket', flags.socket, (stats) => stats.isSocket());
    mustBe('folder', '--hide', flags.hide, (stats) => stats.isDirectory());
    prepareFolderOf(database);
    return { project, database, remark, lock };
  });
  const { database, project, lock } = given;
  const policy = await caller.asCallerUntil(() => readPolicy(project, lock, flags));
  const phase = flags.phase ?? phaseOf(command);
  const mode = flags.mode ?? policy?.modeOf(phase) ?? 'observe';
  const sinkhole = await sinkholeOf(mode, flags, caller);
  const review = await caller.asCallerUntil(() =>
    prepareReviewFor(new Set(flags.output.map(({ format }) => format)), {
      project,
      lockPath: lockPath(project, flags.lock),
      lock,
      failOn: failLevel(flags.failOn, policy),
      base: flags.base ?? null,
    }),
  );
  const unforeseen = watchUnforeseen();
  const opened = opening ?? openSandbox(caller.identity);
  const launch = beginLaunch(mode === 'sinkhole' ? withAllRoutes(opened) : opened, {
    // Nothing that runs inside may read or change what is kept of it; a folder that the user named stays as it is.
    hiddenFolders: [
      ...(flags.db === undefined && existsSync(dirname(database)) ? [dirname(database)] : []),
      ...flags.hide.map((path) => realpathSync(path)),
    ],
    namedSockets: flags.socket.map((path) => resolve(path)),
    pcap: flags.pcap === undefined ? null : resolve(flags.pcap),
    trust: sinkhole?.trust ?? null,
  });
  try {
    // The rest of the program is loaded while the sandbox's processes start.
    const { observe } = await import('./observe.js');
    unforeseen.commandMayRun();
    return await observe(launch, {
      ...given,
      policy,
      review,
      command,
      phase,
      mode,
      sinkhole,
      flags,
      caller,
    });
  } catch (error) {
    await launch.stop();
    if (caller.identity.kind === 'user' && isDenied(error)) {
      restartBySudo(fileURLToPath(new URL('../sudo-main.js', import.meta.url)), process.argv.slice(2));
    }
    throw error;
  } finally {
    unforeseen.stop();
  }
}

/** What mode `sinkhole` needs; null in the others, which load nothing of it. @throws UsageError */
async function sinkholeOf(mode: Mode, flags: RunFlags, caller: Caller): Promise<SinkholeSetup | null> {
  const { answers = null, reveal, registry } = flags;
  if (mode !== 'sinkhole') {
    if (answers === null && !reveal && registry.length === 0) return null;
    throw new UsageError(`expected --mode sinkhole with --answers, --reveal and --registry, got ${mode}`);
  }
  const { prepareSinkhole } = await import('../../run/sinkhole.js');
  try {
    return prepareSinkhole({ answers, reveal, registries: registry, environment: process.env, caller });
  } catch (cause) {
    // By its name: the class comes with all that answers.
    if (cause instanceof Error && cause.name === 'SinkholeError')
      throw new UsageError(cause.message, { cause });
    throw cause;
  }
}

/** Whether the sandbox was denied to this user; nothing of the command's has run then. */
function isDenied(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'SandboxError' || !('code' in error)) return false;
  return error.code === 'namespaces-denied' || error.code === 'setup-failed';
}

function mustBe(what: string, option: string, paths: readonly string[], is: (stats: Stats) => boolean): void {
  for (const path of paths) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined || !is(stats))
      throw new UsageError(`expected a ${what} with ${option}, found none at ${path}`);
  }
}

function prepareFolderOf(database: string): void {
  try {
    prepareFolder(database);
  } catch {
    // Opening the database says it better.
  }
}
