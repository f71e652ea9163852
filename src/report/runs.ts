import type { CaptureVerdict, Run } from '../model/run.js';
import type { RunSummary } from '../model/run-summary.js';
import { type Paint, paintFor } from './colour.js';
import { commandText } from './labels.js';
import { plainText } from './plain-text.js';
import { durationText } from './quantity.js';
import { cellsOf, keepStart, largest, NARROWEST, padEnd } from './width.js';

export interface RunsOptions {
  readonly colour: boolean;
  /** Cells of a line; without it no command is cut. */
  readonly width?: number;
}

const HEADINGS = ['RUN', 'PHASE', 'CAPTURE', 'EXIT', 'TIME', 'DEST', 'FIND', 'COMMAND'] as const;

/** One stored run a line, in the order given. */
export function runsText(rows: readonly RunSummary[], options: RunsOptions): string {
  if (rows.length === 0) return 'no stored run: egresslock run -- COMMAND makes the first\n';
  const paint = paintFor(options.colour);
  const table = rows.map(cellsOfRow);
  const widths = HEADINGS.map((heading, index) =>
    largest([heading.length, ...table.map((row) => cellsOf(row[index] ?? ''))]),
  );
  const layout = (row: readonly string[]): string => {
    const line = row
      .map((cell, index) => (index === row.length - 1 ? cell : padEnd(cell, widths[index] ?? 0)))
      .join('  ');
    return options.width === undefined ? line : keepStart(line, Math.max(NARROWEST, options.width));
  };
  const lines = table.map((row, index) => paintLine(layout(row), rows[index], paint));
  return `${[paint.faint(layout(HEADINGS)), ...lines].join('\n')}\n`;
}

function cellsOfRow(row: RunSummary): string[] {
  return [
    plainText(row.run.id),
    row.run.mode === 'observe' ? plainText(row.run.phase) : `${plainText(row.run.phase)}, ${row.run.mode}`,
    row.state === 'finished' ? row.verdict : `${row.verdict}, ${row.state}`,
    row.run.exitCode === null ? '-' : String(row.run.exitCode),
    row.run.durationMs === null ? '-' : durationText(row.run.durationMs),
    String(row.destinations),
    String(row.findings),
    commandText(row.run.command),
  ];
}

function paintLine(line: string, row: RunSummary | undefined, paint: Paint): string {
  if (row === undefined || row.state === 'running') return line;
  return row.verdict === 'complete' ? line : paint.warning(line);
}

export interface RunsV1 {
  readonly schemaVersion: 1;
  readonly runs: readonly (Omit<Run, 'project'> & {
    readonly verdict: CaptureVerdict;
    readonly state: RunSummary['state'];
    readonly destinations: number;
    readonly findings: number;
  })[];
}

export function runsJson(rows: readonly RunSummary[]): RunsV1 {
  return {
    schemaVersion: 1,
    runs: rows.map(({ run, verdict, state, destinations, findings }) => ({
      id: run.id,
      command: [...run.command],
      phase: run.phase,
      mode: run.mode,
      exitCode: run.exitCode,
      startedAt: run.startedAt,
      durationMs: run.durationMs,
      verdict,
      state,
      destinations,
      findings,
    })),
  };
}
