/** The name without the search domain that was appended to it; null where it ends in none of them. */
export function withoutSearchDomain(name: string, search: readonly string[]): string | null {
  for (const domain of search) {
    const rest = name.slice(0, -(domain.length + 1));
    // A dot behind a backslash is part of a label, and no boundary.
    if (name.endsWith(`.${domain}`) && rest !== '' && !rest.endsWith('\\')) return rest;
  }
  return null;
}

/**
 * The name that was meant by a query. A resolver library tries `host.search.domain` before or after `host`: such a
 * try that led nowhere meant `host`; one that was answered with records meant what it said.
 */
export function meantName(name: string, search: readonly string[], wasAnswered: boolean): string {
  return wasAnswered ? name : (withoutSearchDomain(name, search) ?? name);
}
