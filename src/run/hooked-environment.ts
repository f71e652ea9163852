import { fileURLToPath } from 'node:url';
import { HOOK_VARIABLE, type Passport } from '../model/passport.js';

const HOOK = fileURLToPath(new URL('../hook.cjs', import.meta.url));

/** What lets Node processes preload the hook, and speak on a channel of that name. */
export function passportFor(channel: string): Passport {
  // NODE_OPTIONS takes double quotes and backslashes as JSON writes them (node's CLI documentation).
  return { option: `--require ${JSON.stringify(HOOK)}`, channel };
}

/** The environment in which every node process preloads the hook, before anything else. */
export function hookedEnvironment(environment: NodeJS.ProcessEnv, passport: Passport): NodeJS.ProcessEnv {
  const { option, channel } = passport;
  const given = environment.NODE_OPTIONS;
  return {
    ...environment,
    NODE_OPTIONS: given ? `${option} ${given}` : option,
    [HOOK_VARIABLE]: channel,
  };
}
