import { quote } from './scripts.js';

/** What a shell takes for a variable's name (POSIX.1-2024, XBD 3.216); dash passes no others on. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Variables that dash, or bash as sh, sets for itself. */
const OWN: ReadonlySet<string> = new Set(['_', 'IFS', 'OLDPWD', 'OPTIND', 'PPID', 'PWD', 'SHLVL']);
const CARRIER = 'EGRESSLOCK_ENV_';

/**
 * An environment on its way through the sandbox's first process, which is a shell: what that would lose or change has other
 * names meanwhile (`npm_config_//registry.example/:_authToken`, bash's functions).
 */
export interface CarriedEnvironment {
  /** As the processes before the command have it. */
  readonly entries: Readonly<Record<string, string>>;
  /**
   * Arguments of env(1), as words of that shell, which give the command the environment that was meant. Values stand in
   * none of them: whatever a process is started with is for everybody to read, but for the moment of env itself.
   */
  readonly restore: string;
}

/** A name that is empty, which env(1) refuses, is left to the shell. */
export function carryEnvironment(environment: NodeJS.ProcessEnv): CarriedEnvironment {
  const entries: Record<string, string> = {};
  const removed = [...OWN].filter((name) => environment[name] === undefined);
  const given: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) continue;
    if (name === '' || (NAME.test(name) && !OWN.has(name))) entries[name] = value;
    else {
      const carrier = `${CARRIER}${given.length}`;
      entries[carrier] = value;
      removed.push(carrier);
      given.push(`${quote(`${name}=`)}"$${carrier}"`);
    }
  }
  return { entries, restore: [...removed.map((name) => `-u ${name}`), ...given].join(' ') };
}
