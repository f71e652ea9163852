import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/*
 * Native addons are mapped from their files for as long as the process lives, and what is written into such a file is
 * seen in the mapping, code included (mmap(2), MAP_PRIVATE). The wrapped command may be allowed to write there, and
 * would then be running outside of the sandbox. So every addon is loaded from a copy that has no name any more.
 * Importing this module is enough for those that are loaded later.
 */
/**
 * Path of an addon → descriptor of its nameless copy. It stays open, also where a thread has a copy of its own: by the same
 * number dlopen(3) would take the next addon for this one.
 */
const copies = new Map<string, number>();
const load = process.dlopen.bind(process);

process.dlopen = (module: object, path: string, flags?: number): void => {
  const loadFrom = (from: string): void =>
    flags === undefined ? load(module, from) : load(module, from, flags);
  if (isForOthersToWrite(path)) return loadFrom(path);
  const known = copies.get(path);
  if (known !== undefined) return loadFrom(`/proc/self/fd/${known}`);
  let refusal: unknown;
  // The second where the first is mounted noexec.
  for (const folder of [tmpdir(), dirname(path)]) {
    try {
      const fd = namelessCopy(path, folder);
      try {
        loadFrom(`/proc/self/fd/${fd}`);
      } catch (error) {
        closeSync(fd);
        throw error;
      }
      copies.set(path, fd);
      return;
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
};

/** Requires a package that loads its addon at once. An import would not do: bundlers put them before all code. */
export function requireAddon(name: string): unknown {
  return createRequire(import.meta.url)(name);
}

/** Whether the file belongs to somebody else, so that nothing which runs as this user can write to it. */
function isForOthersToWrite(path: string): boolean {
  const { uid, mode } = statSync(path);
  const caller = process.getuid?.() ?? 0;
  return caller !== 0 && uid !== caller && (mode & 0o022) === 0;
}

/** Descriptor of a copy that no path leads to. */
function namelessCopy(path: string, parent: string): number {
  const folder = mkdtempSync(join(parent, 'egresslock-addon-'));
  const copy = join(folder, 'addon.node');
  try {
    copyFileSync(path, copy);
    return openSync(copy, 'r');
  } finally {
    // Not by rmSync, which loads a program of its own at every start.
    if (existsSync(copy)) unlinkSync(copy);
    rmdirSync(folder);
  }
}
