/*
 * Preloaded by --require into every node process of the sandbox. It tells which code of the program stands behind each
 * look-up, connection and request; what it tells is a claim, which is held against what the kernel reported.
 */
import module from 'node:module';
import { threadId } from 'node:worker_threads';
import { openChannel } from './channel.js';
import { HOOK_VARIABLE, watchChildren } from './children.js';
import { concealWrappers } from './conceal.js';
import { watchDatagrams } from './datagrams.js';
import { watchInspector } from './inspector.js';
import { watchLookups } from './lookups.js';
import { ownImage } from './own-image.js';
import { createReporter } from './reporter.js';
import { watchRequests } from './requests.js';
import { watchSockets } from './sockets.js';
import { watchTimers } from './timers.js';

/** How a channel's name ends that is to be told of each request (model/passport.ts). */
const ALL = ':all';

const MARK = Symbol.for('egresslock.hook');

/** Node's own bindings; deprecated for programs, and the one place that all entry points have in common. */
function bindings(): (name: string) => Record<string, unknown> {
  const { binding } = process as unknown as { binding: (name: string) => Record<string, unknown> };
  return (name) => {
    const { noDeprecation } = process;
    process.noDeprecation = true;
    try {
      return binding.call(process, name);
    } finally {
      if (noDeprecation === undefined) Reflect.deleteProperty(process, 'noDeprecation');
      else process.noDeprecation = noDeprecation;
    }
  };
}

function install(channelName: string): void {
  const binding = bindings();
  const marked = binding('tcp_wrap') as Record<symbol, unknown>;
  if (marked[MARK] === true) return;
  Object.defineProperty(marked, MARK, { value: true });
  const isComplete = channelName.endsWith(ALL);
  const channel = openChannel(channelName, threadId, binding('fs'), isComplete);
  if (channel === null) return;
  const reporter = createReporter(channel, __filename);
  reporter.tell({ kind: 'hello', version: process.version, image: ownImage() });
  watchInspector(reporter, binding);
  watchLookups(reporter, binding);
  const sockets = watchSockets(reporter, binding);
  watchDatagrams(reporter, binding, isComplete);
  watchRequests(reporter, sockets, isComplete);
  watchTimers(reporter);
  watchChildren(
    reporter,
    { option: `--require ${JSON.stringify(__filename)}`, channel: channelName },
    binding,
  );
  concealWrappers();
  module.syncBuiltinESMExports();
}

const name = process.env[HOOK_VARIABLE];
if (name !== undefined) install(name);
