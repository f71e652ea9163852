/**
 * Suffixes of names that belong to no public tree, so that addresses of a private network behind them are no surprise:
 * RFC 6761 (localhost, test, invalid), RFC 6762 (local, and in appendix G those that networks use anyway), RFC 8375
 * (home.arpa), and `internal`, which ICANN has reserved for this.
 */
export const PRIVATE_SUFFIXES: readonly string[] = [
  'corp',
  'home',
  'home.arpa',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'private',
  'test',
];
