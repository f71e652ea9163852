import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

type Manifest = Readonly<Record<string, unknown>>;

/** A folder for the projects and archives of one test file, with a real npm that never reaches a network. */
export interface Workshop {
  readonly folder: string;
  /** Writes `path`/package.json; gives the folder. */
  manifest(path: string, manifest: Manifest): string;
  /** Packs a package of this manifest; gives the `file:` specifier of its archive. */
  pack(manifest: Manifest & { readonly name: string; readonly version: string }): string;
  install(path: string): void;
  /** Relative link at `path`. */
  link(target: string, path: string): void;
  close(): void;
}

export function openWorkshop(): Workshop {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'egresslock-test-')));
  const npm = (cwd: string, ...argv: readonly string[]): string =>
    execFileSync('npm', [...argv, '--cache', join(folder, 'cache')], {
      cwd,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  const manifest: Workshop['manifest'] = (path, value) => {
    const at = join(folder, path);
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'package.json'), JSON.stringify(value));
    return at;
  };
  return {
    folder,
    manifest,
    pack: (value) => {
      const archive = npm(manifest(`sources/${value.name}-${value.version}`, value), 'pack', '--silent');
      return `file:${join(folder, 'sources', `${value.name}-${value.version}`, archive.trim())}`;
    },
    install: (path) => {
      npm(join(folder, path), 'install', '--offline', '--no-audit', '--no-fund', '--silent');
    },
    link: (target, path) => {
      const at = join(folder, path);
      mkdirSync(dirname(at), { recursive: true });
      symlinkSync(target, at);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
