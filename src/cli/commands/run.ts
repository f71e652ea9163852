import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Severity } from '../../model/finding.js';
import type { Mode } from '../../model/run.js';
import { atOrAbove } from '../../policy/severity.js';
import { jsonReport } from '../../report/json.js';
import { jsonText } from '../../report/json-text.js';
import { terminalReport } from '../../report/terminal.js';
import { identityOf } from '../../run/detect-identity.js';
import { runCommand } from '../../run/run.js';
import { locate, openOrExplain } from '../context.js';
import { exitCodeOf } from '../exit-codes.js';
import { phaseOf } from '../phase-of.js';
import { lockPath, prepareFolder } from '../project.js';
import { readLock } from '../read-lock.js';
import { appearanceOf } from '../terminal.js';
import { mustBeWritable, writeFile } from '../write.js';

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
  const lockFile = lockPath(project, flags.lock);
  const lock = readLock(lockFile, flags.lock !== undefined);
  for (const path of [flags.json, flags.pcap]) if (path !== undefined) mustBeWritable(path);
  prepareFolderOf(database);
  const store = openOrExplain(database);
  try {
    const record = await runCommand({
      identity: identityOf(process.getuid?.() ?? 0, process.getgid?.() ?? 0),
      command,
      phase: flags.phase ?? phaseOf(command),
      mode: flags.mode,
      cwd: process.cwd(),
      project,
      lock,
      store,
      // Nothing that runs inside may read or change what is kept of it; a folder that the user named stays as it is.
      ownFolders: flags.db === undefined && existsSync(dirname(database)) ? [dirname(database)] : [],
      namedSockets: flags.socket.map((path) => resolve(path)),
      pcap: flags.pcap === undefined ? null : resolve(flags.pcap),
      environment: process.env,
      onEvent: () => {},
    });
    if (flags.json !== undefined) writeFile(flags.json, jsonText(jsonReport(record)));
    const alerts = atOrAbove(record.findings, flags.failOn).length;
    if (!flags.quiet || alerts > 0 || record.capture.verdict !== 'complete') {
      const appearance = appearanceOf(process.stderr, process.env);
      process.stderr.write(terminalReport(record, { ...appearance, lockPresent: lock !== null }));
    }
    if (remark !== null && !flags.quiet) process.stderr.write(`egresslock: ${remark}\n`);
    return exitCodeOf({ command: record.run.exitCode ?? 1, verdict: record.capture.verdict, alerts });
  } finally {
    store.close();
  }
}

function prepareFolderOf(database: string): void {
  try {
    prepareFolder(database);
  } catch {
    // Opening the database says it better.
  }
}
