import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * argv that runs the npm of an environment. By its own program where that can be found: a version manager's shim in
 * front of it reads files of the user's home, which a sandbox may not have.
 */
export function findNpm(environment: NodeJS.ProcessEnv): readonly [string, ...string[]] {
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    const path = join(folder, 'npm');
    if (folder === '' || !existsSync(path)) continue;
    const program = realpathSync(path);
    return program.endsWith('/npm-cli.js') ? [process.execPath, program] : [program];
  }
  return ['npm'];
}
