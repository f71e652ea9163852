import { compareBy } from '../../model/compare.js';
import type { DependencyEdge, DependencyNode, DependencyTree, EdgeType } from '../../model/package.js';
import { type Entry, folderName, isEntry, packageName, textOf } from './entry.js';

/** Member of an entry → what its edges are. */
const TABLES: readonly (readonly [member: string, type: EdgeType])[] = [
  ['dependencies', 'prod'],
  ['optionalDependencies', 'optional'],
  ['peerDependencies', 'peer'],
  // npm writes these for the root and for workspaces only.
  ['devDependencies', 'dev'],
];

/** The tree that a package lock describes, without a look at any other file. */
export function lockedTree(entries: ReadonlyMap<string, Entry>): DependencyTree {
  const edges = edgesOf(entries);
  const nodes = [...entries]
    .filter(([location, entry]) => location !== '' && entry.link !== true)
    .map(
      ([location, entry]): DependencyNode => ({
        name: packageName(location, entry),
        alias: folderName(location),
        version: textOf(entry.version),
        location,
        resolved: textOf(entry.resolved),
        edgesIn: (edges.get(location) ?? []).sort(
          compareBy(
            (edge) => edge.from,
            (edge) => edge.type,
          ),
        ),
        dev: entry.dev === true || entry.devOptional === true,
        optional: entry.optional === true || entry.devOptional === true,
      }),
    );
  const root = entries.get('');
  return {
    root: { name: textOf(root?.name) ?? '', version: textOf(root?.version), location: '' },
    source: 'virtual',
    nodes: nodes.sort(compareBy((node) => node.location)),
  };
}

function edgesOf(entries: ReadonlyMap<string, Entry>): Map<string, DependencyEdge[]> {
  const edges = new Map<string, DependencyEdge[]>();
  const add = (to: string, edge: DependencyEdge): void => {
    const list = edges.get(to) ?? [];
    edges.set(to, list);
    list.push(edge);
  };
  for (const [from, entry] of entries) {
    if (entry.link === true) {
      // The root holds its workspaces by links, whether it asks for them or not.
      const target = textOf(entry.resolved);
      if (target !== null && entries.has(target)) add(target, { from: '', type: 'workspace', spec: target });
      continue;
    }
    for (const [member, type] of TABLES) {
      const table = entry[member];
      if (!isEntry(table)) continue;
      for (const [name, spec] of Object.entries(table)) {
        const to = resolve(entries, from, name);
        if (to !== null) add(to, { from, type, spec: String(spec) });
      }
    }
  }
  return edges;
}

/** Where a package that asks for a name finds it: in the nearest node_modules upwards (Node's documentation, modules). */
function resolve(entries: ReadonlyMap<string, Entry>, from: string, name: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const location = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    const entry = folder.endsWith('node_modules') ? undefined : entries.get(location);
    if (entry !== undefined) {
      const target = entry.link === true ? textOf(entry.resolved) : location;
      return target !== null && entries.has(target) ? target : null;
    }
    if (folder === '') return null;
  }
}
