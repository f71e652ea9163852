import type { Identity } from '../sandbox/identity.js';

/** What probing has shown. */
export interface IdentityFacts {
  readonly uid: number;
  readonly gid: number;
  /** Namespaces can be made directly. */
  readonly asRoot: boolean;
  /** They can be made in a user namespace. */
  readonly asUser: boolean;
  /** sudo works without a password. */
  readonly bySudo: boolean;
}

/** As whom the sandbox would be made; null where it can't. An ordinary user's own namespaces come before sudo. */
export function chooseIdentity(facts: IdentityFacts): Identity | null {
  const { uid, gid } = facts;
  if (facts.asRoot) return { kind: 'root' };
  if (facts.asUser) return { kind: 'user', uid, gid };
  if (facts.bySudo) return { kind: 'sudo', uid, gid };
  return null;
}
