import type { Lock } from '../../model/lock.js';
import type { Mode } from '../../model/run.js';
import { DEFAULT_ENFORCEMENT } from '../../policy/enforcement.js';
import { createPolicy } from '../../policy/rules/create-policy.js';
import { lockRules } from '../../policy/rules/lock-rules.js';
import { atOrAbove } from '../../policy/severity.js';
import { plainText } from '../../report/plain-text.js';
import type { Caller } from '../../run/caller.js';
import type { Launch } from '../../run/launch.js';
import type { LoadedPolicy } from '../../run/policy/load-policy.js';
import { runCommand } from '../../run/run.js';
import type { SinkholeSetup } from '../../run/sinkhole.js';
import type { Store } from '../../store/store.js';
import { exitCodeOf, INCOMPLETE } from '../exit-codes.js';
import { failLevel } from '../fail-level.js';
import { startLive } from '../live.js';
import { openOrExplain } from '../open-store.js';
import { reportRun } from '../report-run.js';
import type { ReviewMaker } from '../review-for.js';
import { UsageError } from '../usage-error.js';
import type { RunFlags } from './run.js';

export interface Observation {
  readonly command: readonly string[];
  readonly flags: RunFlags;
  readonly project: string;
  readonly database: string;
  /** Something about the database that the user should know; null where there is nothing. */
  readonly remark: string | null;
  readonly lock: Lock | null;
  /** Null where there is nothing but the lock. */
  readonly policy: LoadedPolicy | null;
  /** What lays the run out for the formats that are asked for; null where none is. */
  readonly review: ReviewMaker | null;
  readonly phase: string;
  readonly mode: Mode;
  /** Present in mode `sinkhole`. */
  readonly sinkhole: SinkholeSetup | null;
  readonly caller: Caller;
}

/** The second half of `egresslock run`: runs the command in the sandbox that is being made, keeps and reports the run. */
export async function observe(launch: Launch, observation: Observation): Promise<number> {
  const { command, flags, project, database, remark, lock, policy, review, phase, mode, sinkhole, caller } =
    observation;
  const kept: { store: Store | null } = { store: null };
  let mayHaveRun = false;
  const live = flags.quiet ? null : startLive(process.stderr, process.env);
  try {
    const failOn = failLevel(flags.failOn, policy);
    const rules = policy?.rules ?? (lock === null ? [] : lockRules(lock));
    const record = await runCommand(launch, {
      command,
      phase,
      // At install the exec lineage names the package, and more surely.
      hook: flags.hook && phase !== 'install',
      mode,
      cwd: process.cwd(),
      project,
      lock,
      guard: {
        policy: createPolicy(rules),
        enforcement: policy?.enforcement ?? DEFAULT_ENFORCEMENT,
      },
      policy,
      onStart: () => {
        mayHaveRun = true;
      },
      openStore: () => {
        kept.store = caller.asCaller(() => openOrExplain(database));
        return kept.store;
      },
      environment: sinkhole?.trust.environment ?? process.env,
      sinkhole,
      caller,
      onEvent: (event) => live?.event(event),
    });
    live?.stop();
    const alerts = atOrAbove(record.findings, failOn).length;
    const remarks = [...(remark === null ? [] : [remark]), ...(policy?.remarks ?? [])];
    reportRun(record, {
      json: flags.json ?? null,
      outputs: flags.output,
      review,
      lockPresent: lock !== null,
      isShown: !flags.quiet || alerts > 0 || record.capture.verdict !== 'complete',
      remarks: flags.quiet ? [] : remarks,
    });
    return exitCodeOf({ command: record.run.exitCode ?? 1, verdict: record.capture.verdict, alerts });
  } catch (error) {
    const isNotBegun = error instanceof Error && 'code' in error && error.code === 'not-begun';
    if (!mayHaveRun || isNotBegun) throw error;
    live?.stop();
    const text = error instanceof UsageError ? error.message : error instanceof Error ? error.stack : error;
    process.stderr.write(`egresslock: ${String(text).split('\n').map(plainText).join('\n')}\n`);
    process.stderr.write('egresslock: the command has run, and what it did could not be told whole\n');
    return INCOMPLETE;
  } finally {
    live?.stop();
    kept.store?.close();
  }
}
