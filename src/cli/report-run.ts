import type { RunRecord } from '../model/record.js';
import { jsonReport } from '../report/json.js';
import { jsonText } from '../report/json-text.js';
import { plainText } from '../report/plain-text.js';
import { terminalReport } from '../report/terminal.js';
import { appearanceOf } from './terminal.js';
import { writeFile } from './write.js';

export interface RunReporting {
  /** File for the JSON report; null for none. */
  readonly json: string | null;
  readonly lockPresent: boolean;
  /** Whether the report is for a person to see. */
  readonly isShown: boolean;
  readonly remarks: readonly string[];
}

/** Tells a run: as JSON to a file, and for a person on standard error. */
export function reportRun(record: RunRecord, { json, lockPresent, isShown, remarks }: RunReporting): void {
  if (json !== null) writeFile(json, jsonText(jsonReport(record)));
  if (isShown) {
    const appearance = appearanceOf(process.stderr, process.env);
    process.stderr.write(terminalReport(record, { ...appearance, lockPresent }));
  }
  for (const text of remarks) process.stderr.write(`egresslock: ${plainText(text)}\n`);
}
