import type { DependencyTree } from '../../model/package.js';
import { createBundles } from '../bundles/bundles.js';
import type { ScriptParser } from '../bundles/parser.js';
import type { FileReader } from '../file-reader.js';
import type { ClaimedStack } from './heard.js';
import { createPlacement } from './placement.js';
import { type ReadStack, type RoleNames, readStack } from './roles.js';

/** What stacks are read with. */
export interface StackSetting {
  /** Real path. */
  readonly projectRoot: string;
  readonly tree: DependencyTree | null;
  readonly names: RoleNames;
  readonly parse: ScriptParser;
  readonly files: FileReader;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** What the stacks behind one event come to. */
export interface ReadSet {
  /** One of each cause, sink and evidence. */
  readonly stacks: readonly ReadStack[];
  /** Whether somebody has used it in whose stack no package's code stands. */
  readonly isUnknown: boolean;
  /** Paths of forged frames. */
  readonly forged: readonly string[];
}

/** Reads stacks for whose code stands in them. */
export interface StackReader {
  /** The same value each time, for as long as nothing comes to the set. */
  read(claimed: ReadonlySet<ClaimedStack>): ReadSet;
}

export function createStackReader(setting: StackSetting): StackReader {
  const { names, projectRoot, parse, files } = setting;
  const placement = createPlacement(setting, createBundles(projectRoot, parse, files));
  const read = new Map<ClaimedStack, ReadStack | null>();
  const sets = new WeakMap<ReadonlySet<ClaimedStack>, { readonly size: number; readonly found: ReadSet }>();
  const readOnce = (stack: ClaimedStack): ReadStack | null => {
    const known = read.get(stack);
    if (known !== undefined) return known;
    const found = readStack(
      stack.map((frame) => placement.place(frame)),
      names,
      placement.isNew,
    );
    read.set(stack, found);
    return found;
  };
  return {
    read: (claimed) => {
      const known = sets.get(claimed);
      if (known?.size === claimed.size) return known.found;
      const found = readSet([...claimed].map(readOnce));
      sets.set(claimed, { size: claimed.size, found });
      return found;
    },
  };
}

function readSet(read: readonly (ReadStack | null)[]): ReadSet {
  const stacks = read.filter((one) => one !== null);
  return {
    stacks: distinct(stacks),
    isUnknown: stacks.length < read.length,
    forged: [...new Set(stacks.flatMap((one) => one.forged.map(({ path }) => path)))],
  };
}

/** One of each cause, sink and evidence. */
function distinct(stacks: readonly ReadStack[]): ReadStack[] {
  const seen = new Map<string, ReadStack>();
  for (const one of stacks) {
    const { cause, sink } = one.roles;
    const key = [one.isProven, cause?.location, cause?.name, sink.location].join('\0');
    if (!seen.has(key)) seen.set(key, one);
  }
  // Where one stack names a cause, another without one says nothing more.
  const named = [...seen.values()].filter((one) => one.roles.cause !== null);
  return named.length > 0
    ? named
    : [...new Map([...seen.values()].map((one) => [one.roles.sink.location, one])).values()];
}
