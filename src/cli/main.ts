import { directCaller } from '../run/caller.js';
import { type Opening, openSandbox } from '../run/opening.js';

const args = process.argv.slice(2);
const caller = directCaller();
const opening = args[0] === 'run' ? begin() : null;
const load = () => import('./start.js').then(({ start }) => start(args, caller, opening));
if (opening === null) load();
// What the processes have said by then is taken in first.
else opening.supervisor.then(() => setImmediate(load), load);

/** A run's processes and its thread start while the command line is still being loaded. */
function begin(): Opening | null {
  try {
    return openSandbox(caller.identity);
  } catch {
    // The run begins once more, where an error can be told.
    return null;
  }
}
