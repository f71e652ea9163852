import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TreeNames, treeNames } from '../policy/omit-dev.js';
import { PolicyError } from '../policy/policy-error.js';
import { UsageError } from './usage-error.js';

/** In npm's order. */
const FILES = ['npm-shrinkwrap.json', 'package-lock.json'];

/** Reads which packages of a project only dev dependencies need. @throws UsageError where no package lock tells. */
export function readTreeNames(project: string): TreeNames {
  for (const file of FILES) {
    const path = join(project, file);
    try {
      return treeNames(readFileSync(path, 'utf8'));
    } catch (cause) {
      if (cause instanceof PolicyError) throw new UsageError(`${path}: ${cause.message}`, { cause });
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') continue;
      throw new UsageError(`expected a package lock at ${path}: ${String(cause)}`, { cause });
    }
  }
  throw new UsageError(
    `expected a package-lock.json in ${project} for --omit dev, found none; npm install --package-lock-only writes it`,
  );
}
