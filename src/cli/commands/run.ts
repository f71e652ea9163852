import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Severity } from '../../model/finding.js';
import type { Mode } from '../../model/run.js';
import { identityOf } from '../../run/detect-identity.js';
import { beginLaunch } from '../../run/launch.js';
import { locate, lockPath, prepareFolder } from '../project.js';
import { readLock } from '../read-lock.js';
import { mustBeWritable } from '../write.js';

export interface RunFlags {
  readonly mode: Mode;
  readonly phase?: string;
  readonly lock?: string;
  readonly db?: string;
  readonly json?: string;
  readonly pcap?: string;
  readonly failOn: Severity;
  readonly socket: readonly string[];
  readonly quiet: boolean;
}

/** `egresslock run -- COMMAND`: returns the exit code. */
export async function run(command: readonly string[], flags: RunFlags): Promise<number> {
  const { project, database, remark } = locate(flags);
  const lock = readLock(lockPath(project, flags.lock), flags.lock !== undefined);
  for (const path of [flags.json, flags.pcap]) if (path !== undefined) mustBeWritable(path);
  prepareFolderOf(database);
  const launch = beginLaunch({
    identity: identityOf(process.getuid?.() ?? 0, process.getgid?.() ?? 0),
    // Nothing that runs inside may read or change what is kept of it; a folder that the user named stays as it is.
    ownFolders: flags.db === undefined && existsSync(dirname(database)) ? [dirname(database)] : [],
    namedSockets: flags.socket.map((path) => resolve(path)),
    pcap: flags.pcap === undefined ? null : resolve(flags.pcap),
  });
  // The rest of the program is loaded while the sandbox's processes start.
  const { observe } = await import('./observe.js').catch(async (error: unknown) => {
    await launch.stop();
    throw error;
  });
  return observe(launch, { command, flags, project, database, remark, lock });
}

function prepareFolderOf(database: string): void {
  try {
    prepareFolder(database);
  } catch {
    // Opening the database says it better.
  }
}
