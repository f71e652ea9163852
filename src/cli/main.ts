import { directCaller } from '../run/caller.js';
import type { Opening } from '../run/opening.js';
import { shareStandardStreams } from './standard-streams.js';

shareStandardStreams();
const args = process.argv.slice(2);
const caller = directCaller();
const load = (opening: Opening | null) =>
  import('./start.js').then(({ start }) => start(args, caller, opening));
// A run's processes and its thread start while the command line is still being loaded.
if (args[0] === 'run') import('../run/opening.js').then(({ openSandbox }) => begin(openSandbox));
else load(null);

function begin(open: (identity: typeof caller.identity) => Opening): void {
  let opening: Opening;
  try {
    opening = open(caller.identity);
  } catch {
    // The run begins once more, where an error can be told.
    load(null);
    return;
  }
  const goOn = () => load(opening);
  // What the processes have said by then is taken in first.
  opening.supervisor.then(() => setImmediate(goOn), goOn);
}
