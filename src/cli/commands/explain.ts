import { explainJson, explainText } from '../../report/explain.js';
import { jsonText } from '../../report/json-text.js';
import { withStore } from '../open-store.js';
import type { CommonOptions } from '../project.js';
import { appearanceOf } from '../terminal.js';

/** `egresslock explain HOST|PACKAGE`: returns 1 where nothing is known of it. */
export function explain(subject: string, flags: CommonOptions & { readonly json: boolean }): number {
  return withStore(flags, (store) => {
    const rows = store.explain(subject);
    const text = flags.json
      ? jsonText(explainJson(subject, rows))
      : explainText(subject, rows, appearanceOf(process.stdout, process.env));
    process.stdout.write(text);
    return rows.length === 0 ? 1 : 0;
  });
}
