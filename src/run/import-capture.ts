import { realpathSync } from 'node:fs';
import { groupDestinations } from '../attribution/destinations.js';
import type { CaptureEnd } from '../capture/import/file/captured-packet.js';
import { openCaptureFile } from '../capture/import/file/open-file.js';
import { readCapture } from '../capture/import/file/read-capture.js';
import { Importer } from '../capture/import/importer.js';
import { judgeImport } from '../capture/import/reasons.js';
import { withoutCanary } from '../capture/import/without-canary.js';
import type { EgressEvent } from '../model/event.js';
import type { Lock } from '../model/lock.js';
import type { RunRecord } from '../model/record.js';
import type { Capture, CaptureReason, Run } from '../model/run.js';
import { checkRun } from '../policy/check.js';
import type { DetectionContext } from '../policy/detectors/context.js';
import type { Store } from '../store/store.js';
import { historyOf } from './history-of.js';
import { runId } from './run-id.js';

/** For the command line, which maps it to an exit code. */
export { CaptureFileError } from '../capture/import/file/capture-file-error.js';

export interface ImportOptions {
  readonly file: string;
  readonly phase: string;
  /** Canonical addresses of the resolvers that the clients were given; empty where nobody says. */
  readonly resolvers: ReadonlySet<string>;
  /** Folder of the nearest package.json, else the working folder. */
  readonly project: string;
  readonly lock: Lock | null;
  /** What findings are made with, beside the capture and the lock. */
  readonly context: DetectionContext;
  /** Opens the store, once there is something to keep. */
  readonly openStore: () => Store;
}

/**
 * Makes a run of a capture file, keeps it, and returns it, with how the reading of the file ended. Its id is the time of
 * the import, so that it is the latest; it starts with the capture's first packet. No event has a process, which an
 * import can't know: its attribution is left out, and takes nothing from its verdict.
 * @throws CaptureFileError where the file is no capture, or can't be read
 */
export function importCapture(options: ImportOptions): {
  readonly record: RunRecord;
  readonly end: CaptureEnd;
} {
  const importer = new Importer(options.resolvers);
  const file = openCaptureFile(options.file);
  try {
    const read = readCapture(file.read, importer);
    const { events: all, startedAt, durationMs, tally } = importer.finish();
    const events = withoutCanary(all);
    const now = new Date();
    const run: Run = {
      id: runId(now),
      command: ['egresslock', 'import', options.file],
      phase: options.phase,
      mode: 'observe',
      project: realpathSync(options.project),
      exitCode: 0,
      startedAt: (startedAt === null ? now : new Date(startedAt)).toISOString(),
      durationMs: Math.round(durationMs),
    };
    const { verdict, reasons } = judgeImport(read, tally);
    return { record: keep(run, events, { verdict, reasons }, options), end: read.end };
  } finally {
    file.close();
  }
}

type Judgement = Pick<Capture, 'verdict' | 'reasons'>;

function keep(
  run: Run,
  events: readonly EgressEvent[],
  judgement: Judgement,
  { openStore, lock, context }: ImportOptions,
): RunRecord {
  const store = openStore();
  const all = { ...context, ...historyOf(store, run) };
  const journal = store.beginRun(run, 'import');
  for (const event of events) journal.event(event);
  const before = concluded(run, events, judgement, lock, all);
  journal.finish(before);
  const { failure } = journal;
  if (failure === null) return before;
  const reason: CaptureReason = { code: 'journal-failed', message: failure.message };
  return concluded(run, events, { verdict: 'partial', reasons: [...judgement.reasons, reason] }, lock, all);
}

function concluded(
  run: Run,
  events: readonly EgressEvent[],
  judgement: Judgement,
  lock: Lock | null,
  context: DetectionContext,
): RunRecord {
  const count = (kind: EgressEvent['kind']): number => events.filter((event) => event.kind === kind).length;
  const record: RunRecord = {
    run,
    capture: {
      ...judgement,
      backend: 'import',
      counts: {
        dnsQueries: count('dns'),
        connections: count('connection'),
        datagramFlows: count('datagram'),
        denied: 0,
        execs: 0,
        unattributed: events.length,
      },
      survivors: [],
      hook: null,
    },
    actors: [],
    events,
    attributions: new Map(),
    stacks: new Map(),
    destinations: groupDestinations(events, new Map(), [], new Map(), new Map()),
    findings: [],
  };
  return { ...record, findings: checkRun(record, lock, context) };
}
