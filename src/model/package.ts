/** A node of the dependency tree. */
export interface PackageIdentity {
  readonly name: string;
  /** Null where the manifest has none (a root project often has not). */
  readonly version: string | null;
  /** Path below the project's root with `/`, `''` for the root itself. Absolute where the package lies outside of it. */
  readonly location: string;
}

/** Kind of a dependency edge, in npm's words. */
export type EdgeType = 'prod' | 'dev' | 'optional' | 'peer' | 'peerOptional' | 'workspace';

export interface DependencyEdge {
  /** Location of the package that asks. */
  readonly from: string;
  readonly type: EdgeType;
  /** The range or specifier that it asks for. */
  readonly spec: string;
}

export interface DependencyNode extends PackageIdentity {
  /** Name by which dependents ask for it: the alias where it was installed under one. */
  readonly alias: string;
  /** Where it came from (`git+ssh://…#commit`, a tarball's address); null where that is not known. */
  readonly resolved: string | null;
  /** Edges that point at this node, sorted by `from`, then type. */
  readonly edgesIn: readonly DependencyEdge[];
  /** True where only dev dependencies lead here. */
  readonly dev: boolean;
  readonly optional: boolean;
}

/** The dependency tree of a project as values; how it was read is told by `source`. */
export interface DependencyTree {
  readonly root: PackageIdentity;
  readonly source: 'actual' | 'virtual' | 'ideal';
  /** Sorted by location. */
  readonly nodes: readonly DependencyNode[];
}
