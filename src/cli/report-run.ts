import type { RunRecord } from '../model/record.js';
import { jsonReport } from '../report/json.js';
import { jsonText } from '../report/json-text.js';
import { plainText } from '../report/plain-text.js';
import { diffText } from '../report/review/diff-text.js';
import { inertText } from '../report/review/inert-text.js';
import { terminalReport } from '../report/terminal.js';
import { type Output, writeFiles } from './outputs.js';
import type { ReviewMaker } from './review-for.js';
import { appearanceOf } from './terminal.js';
import { writeFile } from './write.js';

export interface RunReporting {
  /** File for the JSON report; null for none. */
  readonly json: string | null;
  /** Further files, with their formats. */
  readonly outputs: readonly Output[];
  /** What lays the run out for them. */
  readonly review: ReviewMaker | null;
  readonly lockPresent: boolean;
  /** Whether the report is for a person to see. */
  readonly isShown: boolean;
  readonly remarks: readonly string[];
}

/** Tells a run: for a person on standard error first, then to files. @throws UsageError where one can't be written */
export function reportRun(record: RunRecord, reporting: RunReporting): void {
  const { json, outputs, review, lockPresent, isShown, remarks } = reporting;
  const reviewed = review?.([{ record, findings: record.findings }]);
  if (isShown) {
    const appearance = appearanceOf(process.stderr, process.env);
    process.stderr.write(inertText(terminalReport(record, { ...appearance, lockPresent })));
    const diff = reviewed?.review.diff ?? null;
    if (diff !== null) process.stderr.write(`\n${inertText(diffText(diff, appearance))}`);
  }
  for (const text of remarks) process.stderr.write(`egresslock: ${plainText(text)}\n`);
  const report = (): string => jsonText(jsonReport(record));
  if (json !== null) writeFile(json, report());
  writeFiles(outputs, { ...reviewed?.texts, json: report });
}
