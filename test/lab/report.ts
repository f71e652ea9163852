import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportV1 } from '../../src/report/report-v1.js';
import type { ExecOptions, Lab, Output } from './lab.js';

export type Destination = ReportV1['destinations'][number];

export interface ReportedRun extends Output {
  readonly report: ReportV1;
  /** Database that has the run. */
  readonly database: string;
  /** The destinations of a host. */
  to(host: string): readonly Destination[];
}

let counter = 0;

/** Runs a command under egresslock in the lab and reads its report; a run without one throws what it said. */
export async function observe(
  lab: Lab,
  command: readonly string[],
  options: ExecOptions & { readonly args?: readonly string[] } = {},
): Promise<ReportedRun> {
  counter += 1;
  const file = join(lab.folder, `report-${process.pid}-${counter}.json`);
  const database = join(lab.folder, `runs-${process.pid}-${counter}.db`);
  const args = ['run', '--json', file, '--db', database, ...(options.args ?? []), '--', ...command];
  const output = await lab.egresslock(args, options);
  let report: ReportV1;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`no report; egresslock said:\n${output.stdout}\n${output.stderr}`, { cause });
  }
  return {
    ...output,
    report,
    database,
    to: (host) => report.destinations.filter((destination) => destination.host === host),
  };
}

/** Whom a run names at a port of its destinations; null for a process without a package. */
export function namesAtPort({ report }: ReportedRun, port: number): (string | null)[] {
  return report.destinations
    .filter((to) => to.port === port)
    .flatMap((to) => to.attributions.map((one) => one.package?.name ?? null));
}
