import { createTreeReader, readPromisedFiles } from '../attribution/tree.js';
import type { RunRecord } from '../model/record.js';
import { concludeRun } from './conclude.js';

/** Makes destinations of a kept run that was killed before anybody could; a concluded one stays as it is. */
export async function reconclude(record: RunRecord): Promise<RunRecord> {
  if (!record.capture.reasons.some((reason) => reason.code === 'killed') || record.destinations.length > 0)
    return record;
  const { run, actors, events } = record;
  const { reasons, survivors } = record.capture;
  return concludeRun(
    {
      run,
      actors,
      events,
      reasons,
      survivors,
      promised: readPromisedFiles(run.project),
      trees: createTreeReader(),
      // What was said by the processes themselves is not kept.
      heard: null,
      parse: () => null,
      names: { httpClients: new Set(), testRunners: new Set() },
    },
    null,
  );
}
