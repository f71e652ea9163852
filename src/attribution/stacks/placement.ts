import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StackFrame } from '../../model/attribution.js';
import type { ClaimedFrame } from '../../model/claim.js';
import type { DependencyTree, PackageIdentity } from '../../model/package.js';
import type { Bundles } from '../bundles/bundles.js';
import type { FileReader } from '../file-reader.js';
import { resolveVirtual } from '../pnp/virtual-path.js';
import { readZipEntry } from '../pnp/zip-entry.js';
import { UNNAMED_ROOT } from '../why.js';
import { isDependency } from './roles.js';

/** Longest script that is read to be compared, in bytes: bundles are seldom a tenth of it. */
const LONGEST_SCRIPT = 64 * 1024 * 1024;
/** Longest archive that is read, in bytes: a package with programs for each platform in it. */
const LONGEST_ARCHIVE = 256 * 1024 * 1024;
/** Longest manifest that is read, in bytes. */
const LONGEST_MANIFEST = 1024 * 1024;
const MODULES = '/node_modules/';

/** Places frames in the tree by what lies on disk. */
export interface Placement {
  place(frame: ClaimedFrame): StackFrame;
  /**
   * Whether the file of a placed frame was written or put there since the run began, or a folder of its package above it
   * was: code of anybody's may have gone there to be taken for the package's.
   */
  isNew(frame: StackFrame): boolean;
}

export interface PlacementInput {
  /** Real path. */
  readonly projectRoot: string;
  readonly tree: DependencyTree | null;
  readonly files: FileReader;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

export function createPlacement(input: PlacementInput, bundles: Bundles): Placement {
  const { projectRoot: root, tree, startedAt } = input;
  const nodes = new Map((tree?.nodes ?? []).map((node) => [node.location, node]));
  const known = new Map<string, FileFacts>();
  const fresh = new Set<StackFrame>();
  const packages = new Map<string, PackageIdentity | null>();
  const factsOf = (file: string): FileFacts => {
    const facts = known.get(file) ?? readFacts(file, input.files);
    known.set(file, facts);
    return facts;
  };
  const identityOf = (directory: string): PackageIdentity | null => {
    const location = locationOf(directory, root);
    if (location === '') {
      const name = tree?.root.name || manifestOf(directory, input.files)?.name;
      return { name: name || UNNAMED_ROOT, version: tree?.root.version ?? null, location };
    }
    const node = nodes.get(location);
    if (node !== undefined) return { name: node.name, version: node.version, location };
    const manifest = manifestOf(directory, input.files);
    const folder = nameOfFolder(directory);
    const name = manifest?.name ?? folder;
    return name === null ? null : { name, version: manifest?.version ?? null, location };
  };
  const packageAt = (directory: string): PackageIdentity | null => {
    const known = packages.get(directory);
    if (known !== undefined) return known;
    const found = identityOf(directory);
    packages.set(directory, found);
    return found;
  };
  const unbundled = (frame: StackFrame, path: string): StackFrame => {
    const place = bundles.at(path, frame.line, frame.column);
    if (place.kind === 'file') return frame;
    const bundle = posix.relative(root, path);
    if (place.kind === 'bundle') return { ...frame, bundle };
    const { source, line } = place.original;
    const file = factsOf(source).path;
    const directory = packageFolder(file, root, nodes, input.files);
    const owner = directory === null ? null : packageAt(directory);
    if (owner === null || directory === null) return { ...frame, bundle };
    const from = { package: owner, path: posix.relative(directory, file), line: line ?? frame.line };
    return { ...frame, ...from, bundle, isFile: false };
  };
  const ages = new Map<string, boolean>();
  const isNewFile = (path: string, directory: string): boolean => {
    const isNew =
      ages.get(path) ??
      changesOf(path, directory, root, input.files).some((at) => at === null || at >= startedAt);
    ages.set(path, isNew);
    return isNew;
  };
  return {
    place: (frame) => {
      const path = pathOf(frame.file);
      const told = { line: frame.line, column: frame.column, function: frame.function, bundle: null };
      // Whoever evaluates text may give it any name; the frames around it say whose it is.
      if (path === null || frame.isEval) return { package: null, path: frame.file, ...told, isFile: false };
      const facts = factsOf(path);
      const directory = packageFolder(facts.path, root, nodes, input.files);
      const owner = directory === null ? null : packageAt(directory);
      const isFile = frame.hash !== null && facts.hashes().includes(frame.hash);
      if (owner === null || directory === null) return { package: owner, path: frame.file, ...told, isFile };
      const placed = { package: owner, path: posix.relative(directory, facts.path), ...told, isFile };
      // A dependency may say of its bundles what it likes: they are its own.
      const found = isFile && !isDependency(owner) ? unbundled(placed, facts.path) : placed;
      if (isFile && isNewFile(facts.path, directory)) fresh.add(found);
      return found;
    },
    isNew: (frame) => fresh.has(frame),
  };
}

interface FileFacts {
  /** Real path where there is one; the name alone is left of a file that is gone, and nothing proves it. */
  readonly path: string;
  /** SHA-256 of what the engine may have been given of the file: all of it, or all but a byte order mark. */
  hashes(): readonly string[];
}

function readFacts(file: string, files: FileReader): FileFacts {
  let hashes: readonly string[] | null = null;
  const resolved = resolveVirtual(file);
  const path = files.realPath(resolved) ?? resolved;
  return {
    path,
    hashes: () => {
      hashes ??= hashesOf(path, files);
      return hashes;
    },
  };
}

function hashesOf(path: string, files: FileReader): string[] {
  const text = scriptOf(path, files);
  if (text === null) return [];
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  const hasMark = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
  return hasMark ? [digest(text), digest(text.subarray(3))] : [digest(text)];
}

/** A script of a folder, or of an archive of Yarn's cache. */
function scriptOf(path: string, files: FileReader): Buffer | null {
  const { archive, name } = archivePlace(path);
  const bytes = archive === null ? null : files.read(archive, LONGEST_ARCHIVE);
  return bytes === null ? files.read(path, LONGEST_SCRIPT) : readZipEntry(bytes, name, LONGEST_SCRIPT);
}

/** Archive that a path leads into, if it does, and the name there. */
function archivePlace(path: string): { archive: string | null; name: string } {
  const [, archive = null, name = ''] = /^(.*?\.zip)\/(.+)$/.exec(path) ?? [];
  return { archive, name };
}

/** @param directory Of the package. What lies in the project's own folder changes with each file that a run writes. */
function changesOf(path: string, directory: string, root: string, files: FileReader): (number | null)[] {
  const { archive } = archivePlace(path);
  const inArchive = archive === null ? null : files.changedAt(archive);
  if (inArchive !== null) return [inArchive];
  const changes = [files.changedAt(path)];
  for (let folder = posix.dirname(path); folder.length >= directory.length; folder = posix.dirname(folder)) {
    if (folder !== root) changes.push(files.changedAt(folder));
    if (folder === '/') break;
  }
  return changes;
}

/** Absolute path of a script's name; null where it is no file's (`[eval]`, `evalmachine.<anonymous>`). */
function pathOf(name: string): string | null {
  if (name.startsWith('/')) return posix.normalize(name);
  if (!name.startsWith('file:')) return null;
  try {
    const url = new URL(name);
    url.search = '';
    url.hash = '';
    return posix.normalize(fileURLToPath(url));
  } catch {
    return null;
  }
}

/**
 * Folder of the package that a file belongs to, as Node finds a file's package; null where it has none. Of a program that
 * is installed elsewhere, as npm is beside Node, the program itself: what it has brought along is in nobody's tree.
 */
function packageFolder(
  path: string,
  root: string,
  nodes: ReadonlyMap<string, unknown>,
  files: FileReader,
): string | null {
  const outermost = path.indexOf(MODULES);
  if (outermost >= 0) {
    const folder = moduleFolder(path, path.lastIndexOf(MODULES));
    // Node finds packages in the folders above the project as well.
    const isAbove = root.startsWith(`${path.slice(0, outermost)}/`);
    const isOfProject = isAbove || path.startsWith(`${root}/`) || nodes.has(folder);
    return isOfProject ? folder : moduleFolder(path, outermost);
  }
  if (!path.startsWith(`${root}/`)) return outerFolder(path, files);
  // Workspaces and linked folders are nodes of the tree too; the nearest one holds the file.
  for (let folder = posix.dirname(path); folder.length > root.length; folder = posix.dirname(folder)) {
    if (nodes.has(folder.slice(root.length + 1))) return folder;
  }
  return root;
}

/** @param at Of a `/node_modules/` */
function moduleFolder(path: string, at: number): string {
  const [first = '', second] = path.slice(at + MODULES.length).split('/');
  const name = first.startsWith('@') ? `${first}/${second ?? ''}` : first;
  return path.slice(0, at + MODULES.length) + name;
}

/** Of a linked folder, or of what a project loads by a path that leads out of it. */
function outerFolder(path: string, files: FileReader): string | null {
  for (let folder = posix.dirname(path); folder !== '/'; folder = posix.dirname(folder)) {
    if (manifestOf(folder, files)?.name) return folder;
  }
  return null;
}

function locationOf(directory: string, root: string): string {
  if (directory === root) return '';
  return directory.startsWith(`${root}/`) ? directory.slice(root.length + 1) : directory;
}

function nameOfFolder(directory: string): string | null {
  const at = directory.lastIndexOf(MODULES);
  return at < 0 ? null : directory.slice(at + MODULES.length);
}

function manifestOf(
  directory: string,
  files: FileReader,
): { name: string | null; version: string | null } | null {
  const text = files.read(posix.join(directory, 'package.json'), LONGEST_MANIFEST);
  try {
    const value: unknown = JSON.parse(text?.toString() ?? 'null');
    if (typeof value !== 'object' || value === null) return null;
    const { name, version } = value as Record<string, unknown>;
    return {
      name: typeof name === 'string' && name !== '' ? name : null,
      version: typeof version === 'string' ? version : null,
    };
  } catch {
    return null;
  }
}
