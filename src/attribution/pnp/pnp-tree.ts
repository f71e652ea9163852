import { posix } from 'node:path';
import { compareBy } from '../../model/compare.js';
import type { DependencyEdge, DependencyNode, DependencyTree } from '../../model/package.js';
import { textOf } from '../read-file.js';
import { type Locator, type PnpPackage, parsePnpState } from './pnp-state.js';
import { resolveVirtual } from './virtual-path.js';

/**
 * The tree of a project that Yarn has installed with Plug'n'Play; null where it has not. The file is read, and never
 * run.
 * @param root Real path of the project
 */
export function readPnpTree(root: string): DependencyTree | null {
  const text = textOf(posix.join(root, '.pnp.data.json')) ?? textOf(posix.join(root, '.pnp.cjs'));
  const packages = text === null ? null : parsePnpState(text);
  return packages === null ? null : toTree(packages, root);
}

function toTree(packages: readonly PnpPackage[], root: string): DependencyTree {
  const locationOf = ({ location }: PnpPackage): string => {
    const path = resolveVirtual(posix.resolve(root, location));
    return path === root ? '' : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  };
  const byLocator = new Map(packages.map((one) => [keyOf(one), one]));
  const edges = new Map<string, Map<string, DependencyEdge>>();
  const aliases = new Map<string, string>();
  for (const from of packages) {
    for (const { alias, name, reference } of from.dependencies) {
      const to = byLocator.get(keyOf({ name, reference }));
      // Each package may load itself by its name.
      if (to === undefined || to === from) continue;
      const location = locationOf(to);
      const into = edges.get(location) ?? new Map<string, DependencyEdge>();
      into.set(locationOf(from), { from: locationOf(from), type: 'prod', spec: reference });
      edges.set(location, into);
      aliases.set(location, alias);
    }
  }
  const nodes = new Map<string, DependencyNode>();
  for (const one of packages) {
    const location = locationOf(one);
    // Instances of one package that differ in their peers lie in one place.
    if (location === '' || nodes.has(location)) continue;
    nodes.set(location, {
      name: one.name,
      alias: aliases.get(location) ?? one.name,
      version: versionOf(one.reference),
      location,
      resolved: null,
      edgesIn: [...(edges.get(location)?.values() ?? [])].sort(compareBy((edge) => edge.from)),
      dev: false,
      optional: false,
    });
  }
  const top = packages.find((one) => locationOf(one) === '');
  return {
    root: { name: top?.name ?? '', version: null, location: '' },
    source: 'actual',
    nodes: [...nodes.values()].sort(compareBy((node) => node.location)),
  };
}

function keyOf({ name, reference }: Locator): string {
  return `${name}@${reference}`;
}

/** `npm:1.2.4`, `virtual:…#npm:1.2.4`, `patch:left@npm%3A1.2.4#…::version=1.2.4&hash=…`; null for a workspace or git. */
function versionOf(reference: string): string | null {
  const patched = /[:&]version=([^&]+)/.exec(reference)?.[1];
  const plain = /^(?:virtual:[^#]*#)?npm:([^:]+)/.exec(reference)?.[1];
  return patched ?? plain ?? null;
}
