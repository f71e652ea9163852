import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Lock } from '../model/lock.js';
import { CONFIG_FILE } from '../policy/config/config.js';
import type { LoadedPolicy } from '../run/policy/load-policy.js';
import { UsageError } from './usage-error.js';

/** What a user says of the policy on the command line. */
export interface PolicyFlags {
  readonly config?: string;
  readonly threatList: readonly string[];
}

/**
 * Reads configuration, profiles and threat lists; null where the user has none of them, so that nobody waits for what
 * reads them. @throws UsageError
 */
export async function readPolicy(
  project: string,
  lock: Lock | null,
  { config, threatList }: PolicyFlags,
): Promise<LoadedPolicy | null> {
  const isGiven = config !== undefined || threatList.length > 0;
  if (!isGiven && !existsSync(join(project, CONFIG_FILE))) return null;
  const { loadPolicy } = await import('../run/policy/load-policy.js');
  const source = { project, config: config ?? null, lock, threatLists: threatList, environment: process.env };
  return loadPolicy(source).catch((cause: unknown) => {
    // By its name: the class comes with what reads configurations.
    if (cause instanceof Error && ['ConfigError', 'PolicyError'].includes(cause.name)) {
      throw new UsageError(cause.message, { cause });
    }
    throw cause;
  });
}
