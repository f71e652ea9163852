/** The name without the search domain that was appended to it; null where it ends in none of them. */
export function withoutSearchDomain(name: string, search: readonly string[]): string | null {
  const domain = search.find(
    (candidate) => name.endsWith(`.${candidate}`) && name.length > candidate.length + 1,
  );
  if (domain === undefined) return null;
  const rest = name.slice(0, -(domain.length + 1));
  // An escaped dot is part of a label, and no boundary.
  return rest.endsWith('\\') ? null : rest;
}

/**
 * The name that was meant by a query. A resolver library tries `host.search.domain` before or after `host`: such a
 * try that led nowhere meant `host`; one that was answered with records meant what it said.
 */
export function meantName(name: string, search: readonly string[], wasAnswered: boolean): string {
  return wasAnswered ? name : (withoutSearchDomain(name, search) ?? name);
}
