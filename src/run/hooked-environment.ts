import { fileURLToPath } from 'node:url';

const HOOK = fileURLToPath(new URL('../hook.cjs', import.meta.url));

/** The environment in which every node process preloads the hook, with the channel's name. */
export function hookedEnvironment(environment: NodeJS.ProcessEnv, channel: string): NodeJS.ProcessEnv {
  // NODE_OPTIONS takes double quotes and backslashes as JSON writes them (node's CLI documentation).
  const option = `--require ${JSON.stringify(HOOK)}`;
  const given = environment.NODE_OPTIONS;
  return {
    ...environment,
    NODE_OPTIONS: given ? `${option} ${given}` : option,
    EGRESSLOCK_HOOK: channel,
  };
}
