import type { Actor, ActorId, ManifestWitness } from '../model/actor.js';
import { PREPARES_GIT, preparesGitDependency } from '../model/lifecycle.js';
import type { DependencyNode, DependencyTree, PackageIdentity } from '../model/package.js';
import { UNNAMED_ROOT } from './why.js';

/** Which package a script's exec belongs to. */
export interface ScriptIdentity {
  readonly package: PackageIdentity;
  /** True for the project's root and its workspaces. */
  readonly isOwn: boolean;
  readonly isGitDependency: boolean;
  /** True where a tree knows the folder. */
  readonly isKnown: boolean;
  /** What else the package may rightly be called: the folder's name (an alias). */
  readonly aliases: readonly string[];
}

export interface Identities {
  /** Takes in an exec; a parent comes before its children. */
  add(actor: Actor): void;
  /** Of an actor with a manifest that was added. */
  of(script: Actor): ScriptIdentity;
}

export interface IdentityInput {
  /** Real path. */
  readonly projectRoot: string;
  /** Null where the project has no package.json. */
  readonly tree: DependencyTree | null;
}

/**
 * Identity is the folder. Its name and version are those of the tree as it was promised before anything ran, else those
 * that the manifest had when a script of this folder ran first: a script may rewrite a manifest, its own or another's.
 */
export function createIdentities({ projectRoot, tree }: IdentityInput): Identities {
  const first = new Map<string, ManifestWitness>();
  const nodes = new Map((tree?.nodes ?? []).map((node) => [node.location, node]));
  const byId = new Map<ActorId, Actor>();
  const known = new Map<number, ScriptIdentity>();
  /** What each temporary clone is of: npm's nested install says it, its `prepare` script in the same folder does not. */
  const clones = new Map<string, string | undefined>();
  const identify = (script: Actor): ScriptIdentity => {
    const directory = script.manifest?.directory ?? script.cwd;
    const witness = first.get(directory) ?? null;
    const location = locationBelow(directory, projectRoot);
    const parent = byId.get(script.parentId ?? -1);
    if (preparesGitDependency(script.environment, parent?.environment ?? {})) {
      clones.set(directory, script.environment[PREPARES_GIT]);
    }
    const isGitDependency = clones.has(directory);
    const isElsewhere = location.startsWith('/');
    const node =
      nodes.get(location) ??
      (isGitDependency || isElsewhere
        ? gitNode(tree?.nodes ?? [], clones.get(directory), witness)
        : undefined);
    const isOwn = !isGitDependency && !isElsewhere && !/(^|\/)node_modules\//.test(`${location}/`);
    const folder = folderName(location);
    const promised = location === '' ? tree?.root : node;
    const fallback = location === '' ? UNNAMED_ROOT : folder;
    return {
      package: {
        ...calledBy(promised, witness, script.environment, fallback),
        location: node?.location ?? location,
      },
      isOwn,
      isGitDependency,
      isKnown: promised !== undefined,
      aliases: [
        ...new Set([
          folder,
          ...(node === undefined ? [] : [node.alias]),
          ...(witness?.name ? [witness.name] : []),
        ]),
      ],
    };
  };
  return {
    add: (actor) => {
      byId.set(actor.id, actor);
      const { manifest } = actor;
      if (manifest !== null && !first.has(manifest.directory)) first.set(manifest.directory, manifest);
    },
    of: (script) => {
      const identity = known.get(script.id) ?? identify(script);
      known.set(script.id, identity);
      return identity;
    },
  };
}

/**
 * Tree, manifest and package manager may differ: after an update the tree of before is stale, and a manifest may have
 * been rewritten by another package's script. What two of the three say counts, and the tree where all differ.
 */
function calledBy(
  promised: Pick<PackageIdentity, 'name' | 'version'> | undefined,
  witness: ManifestWitness | null,
  announced: Actor['environment'],
  fallback: string,
): { name: string; version: string | null } {
  const name = witness?.name ?? null;
  const known = promised?.name || null;
  const version = promised?.version ?? null;
  if (name !== null && (known === null || known === name || announced.npm_package_name === name)) {
    const isRewritten = known === name && version !== null && announced.npm_package_version === version;
    return { name, version: isRewritten ? version : (witness?.version ?? null) };
  }
  return { name: known ?? fallback, version };
}

/**
 * The git dependency that is prepared in a temporary clone: by what it was resolved to (npm says it), else by its
 * manifest's name where only one git dependency has it.
 */
function gitNode(
  nodes: readonly DependencyNode[],
  prepared: string | undefined,
  witness: ManifestWitness | null,
): DependencyNode | undefined {
  const specs = (prepared ?? '').split('\n').filter((spec) => spec !== '');
  const last = specs.at(-1);
  const fromGit = nodes.filter((node) => node.resolved?.startsWith('git') === true);
  return (
    fromGit.find((node) => last !== undefined && node.resolved === last) ??
    only(fromGit.filter((node) => node.name === witness?.name))
  );
}

function only<T>(values: readonly T[]): T | undefined {
  return values.length === 1 ? values[0] : undefined;
}

/** Name below the last node_modules, with its scope. */
function folderName(location: string): string {
  const parts = location.split('/');
  const last = parts.at(-1) ?? '';
  const scope = parts.at(-2);
  return scope?.startsWith('@') === true ? `${scope}/${last}` : last;
}

function locationBelow(directory: string, projectRoot: string): string {
  if (directory === projectRoot) return '';
  return directory.startsWith(`${projectRoot}/`) ? directory.slice(projectRoot.length + 1) : directory;
}
