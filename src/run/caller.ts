import type { Identity } from '../sandbox/identity.js';

/** On whose behalf egresslock runs: whose files it reads and writes, and as whom the command runs. */
export interface Caller {
  readonly identity: Identity;
  /** Does something with the caller's file powers, and no more than those. Synchronous: the powers are the process's. */
  asCaller<T>(action: () => T): T;
  /** The same for something that takes time; nothing else may go on meanwhile. */
  asCallerUntil<T>(action: () => Promise<T>): Promise<T>;
  /** Gives up all powers that the caller has not, for good; idempotent. */
  becomeCaller(): void;
}

/** egresslock was started by the caller: there is nothing to give up. */
export function directCaller(): Caller {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  return {
    // Namespaces are tried without probing: the probe would cost more than the attempt.
    identity: uid === 0 ? { kind: 'root' } : { kind: 'user', uid, gid },
    asCaller: (action) => action(),
    asCallerUntil: (action) => action(),
    becomeCaller: () => {},
  };
}

/** egresslock was started by sudo for somebody whose own namespaces are denied. */
export function callerBySudo(uid: number, gid: number): Caller {
  // Root's own groups must not open what the caller's do not.
  const { initgroups } = process as { readonly initgroups?: (user: number, group: number) => void };
  initgroups?.(uid, gid);
  return {
    identity: { kind: 'sudo', uid, gid },
    asCaller: (action) => {
      process.setegid?.(gid);
      process.seteuid?.(uid);
      try {
        return action();
      } finally {
        process.seteuid?.(0);
        process.setegid?.(0);
      }
    },
    asCallerUntil: async (action) => {
      process.setegid?.(gid);
      process.seteuid?.(uid);
      try {
        return await action();
      } finally {
        process.seteuid?.(0);
        process.setegid?.(0);
      }
    },
    becomeCaller: () => {
      if (process.getuid?.() !== 0) return;
      process.setgid?.(gid);
      process.setuid?.(uid);
    },
  };
}
