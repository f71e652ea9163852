import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Extension } from '../../policy/config/config.js';
import { ConfigError } from '../../policy/config/config-error.js';
import { configOfArchive, MAXIMUM_ARCHIVE } from '../../policy/config/policy-archive.js';
import { readBounded } from './read-bounded.js';

/** Milliseconds that npm may take: a registry that doesn't answer must not hold a build up for ever. */
const PATIENCE = 60_000;

/**
 * Gets the configuration of a package from the registry, by npm's own settings; none of its scripts is run, and it is
 * in no node_modules.
 * @throws ConfigError
 */
export async function packPolicy(
  extension: Extract<Extension, { kind: 'package' }>,
  project: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const label = `${extension.name}@${extension.version}`;
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-policy-'));
  try {
    await npmPack(label, folder, project, environment);
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    const archive = file === undefined ? null : readBounded(join(folder, file), MAXIMUM_ARCHIVE);
    if (archive === null) throw new ConfigError('not-found', `expected npm to fetch ${label}, got nothing`);
    return configOfArchive(archive, extension.integrity, label);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function npmPack(label: string, folder: string, cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const options = ['--ignore-scripts', '--loglevel=error', '--pack-destination', folder];
    await promisify(execFile)('npm', ['pack', ...options, '--', label], { cwd, env, timeout: PATIENCE });
  } catch (cause) {
    const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    const reason = stderr.split('\n')[0] || (cause instanceof Error ? cause.message : String(cause));
    throw new ConfigError('not-found', `expected to fetch ${label} with npm: ${reason}`, { cause });
  }
}
