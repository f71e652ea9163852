import { promises } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { compareBy } from '../model/compare.js';
import type { DependencyEdge, DependencyNode, DependencyTree, EdgeType } from '../model/package.js';
import { type ArboristNode, type ArboristReader, readArborist } from './arborist.js';
import { AttributionError } from './attribution-error.js';
import { directDependencies, parseManifest } from './manifest.js';
import { textOf } from './read-file.js';

const EDGE_TYPES: readonly EdgeType[] = ['prod', 'dev', 'optional', 'peer', 'peerOptional', 'workspace'];

/** What a project promised before the command started: the texts of its manifest and lock. */
export interface PromisedFiles {
  readonly manifest: string;
  /** Null where npm has written no lock. */
  readonly lock: string | null;
}

/** Reads manifest and lock at once, without looking at what they say; null where there is no package.json. */
export function readPromisedFiles(projectRoot: string): PromisedFiles | null {
  const manifest = textOf(join(projectRoot, 'package.json'));
  if (manifest === null) return null;
  return {
    manifest,
    lock: textOf(join(projectRoot, 'npm-shrinkwrap.json')) ?? textOf(join(projectRoot, 'package-lock.json')),
  };
}

/** Reads dependency trees, without a further look at egresslock's own files. */
export interface TreeReader {
  /** Loads what reading takes, ahead of the first tree; a failure shows when that is read. */
  load(): void;
  /**
   * The tree that was promised: the lock's where there is one, else the direct dependencies of the manifest. Nothing
   * is fetched, so without a lock the indirect dependencies are not known here. @throws AttributionError
   * `unreadable-tree`
   */
  promised(files: PromisedFiles): Promise<DependencyTree>;
  /** The tree on disk; null where there is no package.json. @throws AttributionError `unreadable-tree` */
  actual(projectRoot: string): Promise<DependencyTree | null>;
}

/** Makes a reader; Arborist's program is read here, and run when the first tree is. */
export function createTreeReader(): TreeReader {
  const arborist = readArborist();
  const load = async (root: string, method: keyof ArboristReader): Promise<ArboristNode> => {
    try {
      const Arborist = arborist();
      return await new Arborist({ path: root })[method]();
    } catch (cause) {
      throw unreadable(cause);
    }
  };
  return {
    load: () => {
      try {
        arborist();
      } catch {
        // It shows when a tree is read.
      }
    },
    promised: async (files) => {
      const manifest = parseManifest(files.manifest);
      if (files.lock === null) return directDependencies(manifest);
      // Arborist reads folders: the texts of before are laid into one, since the project's own may have changed by now.
      const folder = await promises.mkdtemp(join(tmpdir(), 'egresslock-tree-'));
      try {
        await promises.writeFile(join(folder, 'package.json'), files.manifest);
        await promises.writeFile(join(folder, 'package-lock.json'), files.lock);
        if (manifest.hasWorkspaces) await layWorkspaces(folder, files.lock);
        const root = await promises.realpath(folder);
        return toTree(await load(root, 'loadVirtual'), root, 'virtual');
      } finally {
        await promises.rm(folder, { recursive: true, force: true });
      }
    },
    actual: async (projectRoot) => {
      const root = await promises.realpath(projectRoot);
      const manifest = textOf(join(root, 'package.json'));
      if (manifest === null) return null;
      // Arborist takes a corrupt manifest for an empty one.
      parseManifest(manifest);
      return toTree(await load(root, 'loadActual'), root, 'actual');
    },
  };
}

/** Arborist takes workspaces from the disk only: their folders are laid out as the lock names them. */
async function layWorkspaces(folder: string, lock: string): Promise<void> {
  try {
    const { packages }: { packages?: unknown } = Object(JSON.parse(lock));
    for (const [location, locked] of Object.entries(Object(packages))) {
      if (!isWorkspaceLocation(location)) continue;
      await promises.mkdir(join(folder, location), { recursive: true });
      await promises.writeFile(join(folder, location, 'package.json'), JSON.stringify(locked));
    }
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** The lock is anybody's text: no folder outside of the one that is made for it. */
function isWorkspaceLocation(location: string): boolean {
  return !location.split('/').some((part) => ['', '.', '..', 'node_modules'].includes(part));
}

function unreadable(cause: unknown): AttributionError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AttributionError('unreadable-tree', `the dependency tree could not be read: ${reason}`, {
    cause,
  });
}

function toTree(root: ArboristNode, projectRoot: string, source: DependencyTree['source']): DependencyTree {
  const nodes: DependencyNode[] = [];
  for (const node of root.inventory.values()) {
    // A link is a name for another folder: its edges count for the folder, which is what a process runs in.
    if (node.isProjectRoot || node.isLink) continue;
    // The name by which the link nearest to the root calls it, in whatever order they were read.
    const links = [...node.linksIn].sort(
      compareBy(
        (link) => link.location.length,
        (link) => link.location,
      ),
    );
    nodes.push({
      name: node.packageName ?? node.name,
      alias: links[0]?.name ?? node.name,
      version: node.version || null,
      location: locationOf(node.realpath, projectRoot),
      resolved: node.resolved ?? links.map((link) => link.resolved).find((value) => value !== null) ?? null,
      edgesIn: [node, ...links]
        .flatMap((target) => edgesOf(target, projectRoot))
        .sort(
          compareBy(
            (edge) => edge.from,
            (edge) => edge.type,
          ),
        ),
      dev: node.dev,
      optional: node.optional,
    });
  }
  return {
    // Not `root.name`: without a name in the manifest that is the folder's, which differs between machines.
    root: {
      name: typeof root.package.name === 'string' ? root.package.name : '',
      version: root.version || null,
      location: '',
    },
    source,
    nodes: nodes.sort(compareBy((node) => node.location)),
  };
}

function edgesOf(node: ArboristNode, projectRoot: string): DependencyEdge[] {
  return [...node.edgesIn].flatMap(({ from, type, spec }) =>
    from === null ? [] : [{ from: locationOf(from.realpath, projectRoot), type: edgeType(type), spec }],
  );
}

function edgeType(type: string): EdgeType {
  return EDGE_TYPES.find((known) => known === type) ?? 'prod';
}

/** Path below the project's root, absolute outside of it. */
export function locationOf(path: string, projectRoot: string): string {
  const below = relative(projectRoot, path);
  return below === '..' || below.startsWith(`..${sep}`) ? path : below;
}
