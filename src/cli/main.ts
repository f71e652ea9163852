#!/usr/bin/env node
import { directCaller } from '../run/caller.js';
import { openSandbox } from '../run/opening.js';

const args = process.argv.slice(2);
const caller = directCaller();
// A run's processes and threads start while the command line is still being loaded; what they have said by then is
// taken in first.
const opening = args[0] === 'run' ? openSandbox(caller.identity) : null;
const load = () => import('./start.js').then(({ start }) => start(args, caller, opening));
if (opening === null) load();
else opening.threads.finally(() => setImmediate(load));
