import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Severity } from '../../model/finding.js';
import type { Mode } from '../../model/run.js';
import type { Caller } from '../../run/caller.js';
import { beginLaunch } from '../../run/launch.js';
import { restartBySudo } from '../../run/restart-by-sudo.js';
import { locate, lockPath, prepareFolder } from '../project.js';
import { readLock } from '../read-lock.js';
import { type PolicyFlags, readPolicy } from '../read-policy.js';
import { watchUnforeseen } from '../unforeseen.js';
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
  readonly quiet: boolean;
  readonly hook: boolean;
}

/** `egresslock run -- COMMAND`: returns the exit code. */
export async function run(command: readonly string[], flags: RunFlags, caller: Caller): Promise<number> {
  const given = caller.asCaller(() => {
    const { project, database, remark } = locate(flags);
    const lock = readLock(lockPath(project, flags.lock), flags.lock !== undefined);
    for (const path of [flags.json, flags.pcap]) if (path !== undefined) mustBeWritable(path);
    prepareFolderOf(database);
    return { project, database, remark, lock };
  });
  const { database, project, lock } = given;
  const policy = await caller.asCallerUntil(() => readPolicy(project, lock, flags));
  const unforeseen = watchUnforeseen();
  const launch = beginLaunch({
    identity: caller.identity,
    // Nothing that runs inside may read or change what is kept of it; a folder that the user named stays as it is.
    ownFolders: flags.db === undefined && existsSync(dirname(database)) ? [dirname(database)] : [],
    namedSockets: flags.socket.map((path) => resolve(path)),
    pcap: flags.pcap === undefined ? null : resolve(flags.pcap),
  });
  try {
    // The rest of the program is loaded while the sandbox's processes start.
    const { observe } = await import('./observe.js');
    unforeseen.commandMayRun();
    return await observe(launch, { ...given, policy, command, flags, caller });
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

/** Whether the sandbox was denied to this user; nothing of the command's has run then. */
function isDenied(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'SandboxError' || !('code' in error)) return false;
  return error.code === 'namespaces-denied' || error.code === 'setup-failed';
}

function prepareFolderOf(database: string): void {
  try {
    prepareFolder(database);
  } catch {
    // Opening the database says it better.
  }
}
