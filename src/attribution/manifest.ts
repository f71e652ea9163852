import { compareBy } from '../model/compare.js';
import type { DependencyEdge, DependencyNode, DependencyTree, EdgeType } from '../model/package.js';
import { AttributionError } from './attribution-error.js';

/** What a package.json says of a project and of what it asks for. */
export interface Manifest {
  /** `''` where it has none. */
  readonly name: string;
  readonly version: string | null;
  readonly hasWorkspaces: boolean;
  readonly dependencies: readonly (readonly [name: string, type: EdgeType, spec: string])[];
}

/** @throws AttributionError `unreadable-tree` where the text is not JSON; fields of a wrong type count as missing */
export function parseManifest(text: string): Manifest {
  try {
    const value: Record<string, unknown> = Object(JSON.parse(text.replace(/^\uFEFF/, '')));
    const table = (field: string, type: EdgeType) =>
      Object.entries(Object(value[field])).map(([name, spec]) => [name, type, String(spec)] as const);
    return {
      name: typeof value.name === 'string' ? value.name : '',
      version: typeof value.version === 'string' ? value.version : null,
      hasWorkspaces: value.workspaces !== undefined,
      dependencies: [
        ...table('dependencies', 'prod'),
        ...table('devDependencies', 'dev'),
        ...table('optionalDependencies', 'optional'),
        ...table('peerDependencies', 'peer'),
      ],
    };
  } catch (cause) {
    throw new AttributionError('unreadable-tree', `expected JSON in package.json: ${String(cause)}`, {
      cause,
    });
  }
}

/** The tree of a manifest alone. What the root asks for lies directly below its node_modules, whatever else is there. */
export function directDependencies(manifest: Manifest): DependencyTree {
  const edges = new Map<string, DependencyEdge[]>();
  for (const [name, type, spec] of manifest.dependencies) {
    edges.set(name, [...(edges.get(name) ?? []), { from: '', type, spec }]);
  }
  const nodes = [...edges].map(
    ([name, edgesIn]): DependencyNode => ({
      name: nameOf(name, edgesIn[0]?.spec ?? ''),
      alias: name,
      version: null,
      location: `node_modules/${name}`,
      resolved: null,
      edgesIn: edgesIn.sort(compareBy((edge) => edge.type)),
      dev: edgesIn.every((edge) => edge.type === 'dev'),
      optional: edgesIn.every((edge) => edge.type === 'optional'),
    }),
  );
  return {
    root: { name: manifest.name, version: manifest.version, location: '' },
    source: 'ideal',
    nodes: nodes.sort(compareBy((node) => node.location)),
  };
}

/** Name on disk as far as a specifier tells it: a folder, an archive or a repository may hold a package of any name. */
function nameOf(name: string, spec: string): string {
  return /^npm:(@?[^@]+)/.exec(spec)?.[1] ?? (/[:/]/.test(spec) ? '' : name);
}
