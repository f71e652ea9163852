import type { Severity } from '../../model/finding.js';
import { canonicalHost, isAddress } from '../../policy/canonical-host.js';
import { atOrAbove } from '../../policy/severity.js';
import { jsonReport } from '../../report/json.js';
import { jsonText } from '../../report/json-text.js';
import { plainText } from '../../report/plain-text.js';
import { terminalReport } from '../../report/terminal.js';
import { detectionContext } from '../../run/detection.js';
import { CaptureFileError, importCapture } from '../../run/import-capture.js';
import { readProfileTexts } from '../../run/profile-texts.js';
import type { Store } from '../../store/store.js';
import { FINDINGS } from '../exit-codes.js';
import { failLevel } from '../fail-level.js';
import { openOrExplain } from '../open-store.js';
import { type CommonOptions, locate, lockPath, prepareFolder } from '../project.js';
import { readLock } from '../read-lock.js';
import { type PolicyFlags, readPolicy } from '../read-policy.js';
import { appearanceOf } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { mustBeWritable, writeFile } from '../write.js';

export interface ImportFlags extends CommonOptions, PolicyFlags {
  readonly phase: string;
  readonly resolver: readonly string[];
  readonly json?: string;
  readonly failOn?: Severity;
}

/**
 * `egresslock import FILE`: returns the exit code. A capture that breaks off is no failure: what it holds is kept, a
 * warning says where it stopped, and `check` holds it against the lock as a partial one.
 */
export async function importFile(file: string, flags: ImportFlags): Promise<number> {
  const { project, database, remark } = locate(flags);
  const lock = readLock(lockPath(project, flags.lock), flags.lock !== undefined);
  const policy = await readPolicy(project, lock, flags);
  const resolvers = new Set(flags.resolver.map(parseResolver));
  if (flags.json !== undefined) mustBeWritable(flags.json);
  let store: Store | null = null;
  const open = (): Store => {
    prepareFolder(database);
    store = openOrExplain(database);
    return store;
  };
  try {
    const { record, end } = importCapture({
      file,
      phase: flags.phase,
      resolvers,
      project,
      lock,
      context: detectionContext(policy, readProfileTexts()),
      openStore: open,
    });
    if (flags.json !== undefined) writeFile(flags.json, jsonText(jsonReport(record)));
    const appearance = appearanceOf(process.stdout, process.env);
    process.stdout.write(terminalReport(record, { ...appearance, lockPresent: lock !== null }));
    if (end.state === 'stopped') {
      warn(`${file} makes no sense from byte ${end.offset} on: ${end.reason}; what comes before it was read`);
    }
    if (remark !== null) warn(remark);
    const findings = record.findings.filter((finding) => finding.rule !== 'capture-incomplete');
    return atOrAbove(findings, failLevel(flags.failOn, policy)).length > 0 ? FINDINGS : 0;
  } catch (cause) {
    if (cause instanceof CaptureFileError) throw new UsageError(cause.message, { cause });
    throw cause;
  } finally {
    closeStore(store);
  }
}

/** @throws UsageError */
function parseResolver(text: string): string {
  if (isAddress(text)) return canonicalHost(text);
  throw new UsageError(`expected the address of a resolver, got ${text}`);
}

function closeStore(store: Store | null): void {
  store?.close();
}

function warn(text: string): void {
  process.stderr.write(`egresslock: ${plainText(text)}\n`);
}
