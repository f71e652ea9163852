export interface HostSet {
  has(host: string): boolean;
}

/** A list of hosts in which `*.x` stands for all names below x, not for x itself. */
export function hostSet(patterns: readonly string[]): HostSet {
  const exact = new Set(patterns.filter((pattern) => !pattern.startsWith('*.')));
  const below = new Set(
    patterns.filter((pattern) => pattern.startsWith('*.')).map((pattern) => pattern.slice(2)),
  );
  return {
    has: (host) => {
      if (exact.has(host)) return true;
      for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
        if (below.has(host.slice(dot + 1))) return true;
      }
      return false;
    },
  };
}
