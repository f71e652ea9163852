import module from 'node:module';
import workers from 'node:worker_threads';
import type { Passport } from '../model/passport.js';
import { patch, wrapClass } from './conceal.js';
import { bare, defineProperty, deleteProperty, indexOf, isArray, slice, startsWith } from './primordials.js';
import type { Reporter } from './reporter.js';

/** As in model/passport.ts, of which nothing but types comes in here. */
export const HOOK_VARIABLE = 'EGRESSLOCK_HOOK';
const OPTIONS = 'NODE_OPTIONS=';
const CHANNEL = `${HOOK_VARIABLE}=`;

/** Children and threads that are given an environment of their own get the hook all the same. */
export function watchChildren(
  reporter: Reporter,
  passport: Passport,
  binding: (name: string) => Record<string, unknown>,
): void {
  const renew = (pairs: unknown): unknown => {
    if (!isArray(pairs)) return pairs;
    const list = pairs as readonly string[];
    let given: string | null = null;
    let hasChannel = false;
    const renewed: string[] = [];
    const add = (pair: string): unknown => defineProperty(renewed, renewed.length, property(pair));
    for (let at = 0; at < list.length; at += 1) {
      const pair = list[at] as string;
      hasChannel ||= pair === CHANNEL + passport.channel;
      if (startsWith(pair, OPTIONS)) given ??= slice(pair, OPTIONS.length);
      else if (!startsWith(pair, CHANNEL)) add(pair);
    }
    if (hasChannel && given !== null && isFirst(given, passport)) return pairs;
    add(OPTIONS + withOption(given ?? '', passport));
    add(CHANNEL + passport.channel);
    return renewed;
  };
  const around = (call: (args: unknown[]) => unknown, _self: unknown, args: unknown[]): unknown => {
    const options = args[0];
    // Node 24 spawns with (file, args, cwd, envPairs, …), older ones and spawnSync with one object.
    if (typeof options === 'string') {
      args[3] = renew(args[3]);
      return call(args);
    }
    if (typeof options !== 'object' || options === null || !('envPairs' in options)) return call(args);
    const before = options.envPairs;
    options.envPairs = renew(before);
    try {
      return call(args);
    } finally {
      options.envPairs = before;
    }
  };
  patch((binding('process_wrap').Process as { prototype: object }).prototype, 'spawn', around);
  patch(binding('spawn_sync'), 'spawn', around);

  const announce = (worker: unknown): unknown => {
    const { threadId } = worker as { threadId: number };
    reporter.tell({ kind: 'worker', id: threadId });
    return worker;
  };
  const { env: own } = process;
  /** A thread that is given options, and no environment, reads NODE_OPTIONS as it stands here. */
  const withOwn = <T>(construct: () => T): T => {
    const before = own.NODE_OPTIONS;
    own[HOOK_VARIABLE] = passport.channel;
    own.NODE_OPTIONS = withOption(before ?? '', passport);
    try {
      return construct();
    } finally {
      if (before === undefined) deleteProperty(own, 'NODE_OPTIONS');
      else own.NODE_OPTIONS = before;
    }
  };
  const Worker = wrapClass(workers.Worker, (construct, _self, args) => {
    const file = args[0];
    // What is read twice may say something else the second time.
    const options = args[1] === undefined ? undefined : { ...(args[1] as { env?: unknown }) };
    const env = options?.env;
    if (typeof env !== 'object' || env === null) return withOwn(() => announce(construct([file, options])));
    const given = String((env as NodeJS.ProcessEnv).NODE_OPTIONS ?? '');
    return announce(
      construct([
        file,
        {
          ...options,
          env: { ...env, NODE_OPTIONS: withOption(given, passport), [HOOK_VARIABLE]: passport.channel },
        },
      ]),
    );
  });
  workers.Worker = Worker;
  defineProperty(Worker.prototype, 'constructor', property(Worker));
  // It starts a thread and waits for it, so that must be said before.
  patch(module, 'register', (call, _self, args) => {
    reporter.tell({ kind: 'worker', id: null });
    return call(args);
  });
}

function property(value: unknown): PropertyDescriptor {
  return bare({ value, writable: true, enumerable: true, configurable: true });
}

/** The options with the hook before all else: what stands before it could speak in its place, and is believed nothing. */
function withOption(given: string, passport: Passport): string {
  if (isFirst(given, passport)) return given;
  const { option } = passport;
  const at = indexOf(given, option);
  const rest = at < 0 ? given : slice(given, 0, at) + slice(given, at + option.length);
  return rest === '' ? option : `${option} ${rest}`;
}

function isFirst(given: string, { option }: Passport): boolean {
  return given === option || startsWith(given, `${option} `);
}
