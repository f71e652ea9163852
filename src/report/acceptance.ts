import type { LockRow } from '../model/lock.js';
import type { RunRecord } from '../model/record.js';
import type { Acceptance } from '../policy/accept.js';
import { paintFor } from './colour.js';
import { commandText } from './labels.js';
import { plainText } from './plain-text.js';
import { countText } from './quantity.js';

/** What accepting a run adds to the lock and takes out of it. */
export function acceptanceText(
  record: RunRecord,
  { added, removed }: Acceptance,
  options: { readonly colour: boolean },
): string {
  const paint = paintFor(options.colour);
  const { run, capture } = record;
  const lines = [
    `${plainText(run.phase)}: run ${run.id}, ${commandText(run.command)}`,
    `${countText(added.length, 'row')} added, ${countText(removed.length, 'row')} removed`,
    ...added.map((row) => paint.good(`+ ${rowText(row)}`)),
    ...removed.map((row) => paint.bad(`- ${rowText(row)}`)),
  ];
  if (capture.verdict !== 'complete')
    lines.push(paint.warning(`the capture was ${capture.verdict}: nothing was removed`));
  else if (run.exitCode !== 0) lines.push(paint.warning('the command had failed: nothing was removed'));
  return `${lines.join('\n')}\n`;
}

function rowText(row: LockRow): string {
  const place = row.port === null ? `${row.host} (looked up)` : `${row.host}:${row.port}/${row.protocol}`;
  return plainText(`${place} by ${row.package}`);
}
