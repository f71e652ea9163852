import { jsonText } from '../../report/json-text.js';
import { runsJson, runsText } from '../../report/runs.js';
import { withStore } from '../open-store.js';
import type { CommonOptions } from '../project.js';
import { appearanceOf } from '../terminal.js';

/** `egresslock runs`: newest first. */
export function runs(flags: CommonOptions & { readonly limit: number; readonly json: boolean }): number {
  return withStore(flags, (store) => {
    const rows = store.runs(flags.limit);
    process.stdout.write(
      flags.json ? jsonText(runsJson(rows)) : runsText(rows, appearanceOf(process.stdout, process.env)),
    );
    return 0;
  });
}
