import { posix } from 'node:path';
import type { Actor, ActorId } from '../model/actor.js';
import { baseName, type Manager, managerOf, preparesGitDependency, programOf } from '../model/lifecycle.js';
import { createIdentities, type Identities, type IdentityInput } from './identities.js';

/** For whom an actor acts. It is inherited by all that the actor starts, however long they live. */
export type Binding =
  | { readonly kind: 'process' }
  | { readonly kind: 'manager'; readonly manager: Manager }
  | {
      readonly kind: 'script';
      /** The exec that began the script. */
      readonly script: Actor;
      /** True for the project's and its workspaces' own scripts, which may run a package manager again. */
      readonly isOwn: boolean;
      /** Paths of the programs that count as package managers below it: the one that started it. */
      readonly programs: readonly string[];
      /** True below a package manager that the script has started: it sets names of its own in the environment. */
      readonly nested: boolean;
    };

/** The bindings of a run's actors, one exec after the other: while the run goes on, or afterwards. */
export interface Lineages {
  readonly identities: Identities;
  /** Takes in an exec, and says for whom it acts; a parent comes before its children. */
  add(actor: Actor): Binding;
}

export function createLineages(input: IdentityInput): Lineages {
  const identities = createIdentities(input);
  const known = new Map<ActorId, { readonly actor: Actor; readonly binding: Binding }>();
  return {
    identities,
    add: (actor) => {
      identities.add(actor);
      const parent = actor.parentId === null ? undefined : known.get(actor.parentId);
      const binding = bindingOf(actor, parent?.actor ?? null, parent?.binding ?? null, identities);
      known.set(actor.id, { actor, binding });
      return binding;
    },
  };
}

/** What a package manager runs as its own hands: fetching and unpacking. */
const HELPERS = /^(git|git-.*|ssh|tar|bsdtar|gzip|unzip|xz|zstd)$/;

/**
 * The binding of an actor, from its parent's. The outermost script of a dependency binds all below it, so that
 * nothing that the script runs, not even a package manager, can shift the blame.
 */
export function bindingOf(
  actor: Actor,
  parent: Actor | null,
  above: Binding | null,
  identities: Identities,
): Binding {
  if (above?.kind === 'script' && !above.isOwn) return below(actor, above);
  const manager = parent === null ? null : trustedManager(parent, above);
  if (parent !== null && manager !== null && isScript(actor, parent)) {
    const isOwn = identities.of(actor).isOwn;
    return { kind: 'script', script: actor, isOwn, programs: programsOf(parent, actor), nested: false };
  }
  if (above?.kind === 'script') return below(actor, above);
  const own = managerOf(actor.argv, actor.executable);
  if (own !== null) return { kind: 'manager', manager: own };
  const isHelper = above?.kind === 'manager' && HELPERS.test(baseName(actor.executable));
  return isHelper ? above : { kind: 'process' };
}

function below(actor: Actor, binding: Extract<Binding, { kind: 'script' }>): Binding {
  const nested = binding.nested || managerOf(actor.argv, actor.executable) !== null;
  return nested === binding.nested ? binding : { ...binding, nested };
}

/**
 * Whether a process is the package manager that it seems to be. Below a script of the project, where dependencies'
 * code may run, only the program that had started that script is one.
 */
function trustedManager(actor: Actor, binding: Binding | null): Manager | null {
  const manager = managerOf(actor.argv, actor.executable);
  if (manager === null || binding === null || binding.kind !== 'script') return manager;
  return binding.programs.includes(programPath(actor)) ? manager : null;
}

/** Absolute, since below another folder the same relative path is another program. */
function programPath(actor: Actor): string {
  return posix.resolve(actor.cwd, programOf(actor.argv, actor.executable));
}

function programsOf(manager: Actor, script: Actor): string[] {
  const announced = script.environment.npm_execpath;
  return announced ? [programPath(manager), announced] : [programPath(manager)];
}

/**
 * Whether the exec is a script that the manifest on disk declares. An environment that only claims to be one
 * (or a package manager that is none) would have to run the very script of the package that it names.
 */
function isScript(actor: Actor, parent: Actor): boolean {
  if (actor.manifest === null) return false;
  if (preparesGitDependency(actor.environment, parent.environment)) return true;
  const { declared } = actor.manifest;
  if (declared === null) return false;
  const [shell = '', option, text = ''] = actor.argv;
  const isShell = /^(sh|bash|dash|zsh|ash|busybox)$/.test(baseName(shell)) && option === '-c';
  // yarn 4 and bun interpret the script themselves: what they start is a part of it.
  return !isShell || text.includes(declared) || declared.includes(text);
}
