import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';

/** What tells which yarn a project would run: texts of files, empty where there are none. */
export interface YarnSigns {
  readonly manifest: string;
  readonly yarnrcYml: string;
  readonly yarnrc: string;
}

/**
 * Files in which the yarn that a project would run may lie, the likeliest first: the one that the project names, then the
 * one in the PATH, then what Corepack has fetched for it (Corepack's README, "COREPACK_HOME").
 */
export function yarnPrograms(
  project: string,
  home: string,
  environment: NodeJS.ProcessEnv,
  { manifest, yarnrcYml, yarnrc }: YarnSigns,
): string[] {
  const named = [
    /^yarnPath:\s*["']?([^"'\s#]+)/m.exec(yarnrcYml)?.[1],
    /^yarn-path\s+["']?([^"'\s]+)/m.exec(yarnrc)?.[1],
  ].flatMap((path) => (path === undefined ? [] : [resolve(project, path)]));
  const inPath = (environment.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'yarn'))
    .find((path) => path !== 'yarn' && existsSync(path));
  // Yarn 1 keeps its code beside its program.
  const found = inPath === undefined ? [] : programsAt(realpathSync(inPath));
  const version = /"packageManager"\s*:\s*"yarn@([\w.-]+)/.exec(manifest)?.[1];
  const cache = environment.COREPACK_HOME || join(home, '.cache', 'node', 'corepack');
  const fetched = version === undefined ? [] : programsAt(join(cache, 'v1', 'yarn', version, 'yarn.js'));
  return [...named, ...found, ...fetched];
}

function programsAt(path: string): string[] {
  const folder = dirname(path);
  return [path, join(folder, 'lib', 'cli.js'), join(dirname(folder), 'lib', 'cli.js')];
}
