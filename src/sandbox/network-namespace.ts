import { closeSync, openSync } from 'node:fs';
import { setns, unshare } from './libc.js';
import { SandboxError } from './sandbox-error.js';
import { CONSTANTS as C } from './syscalls.js';

/** Runs a function in a network namespace; the sockets and processes that it makes stay there. */
export type Inside = <T>(action: () => T) => T;

/** A network namespace that this thread can visit, for as long as a function runs. */
export interface NetworkNamespace {
  /** By which other processes of this user find it, until it is left. */
  readonly path: string;
  readonly inside: Inside;
  /** Lets the namespace go, once its sockets are closed too; idempotent. */
  leave(): void;
}

const OWN = '/proc/thread-self/ns/net';

/** The namespace that this process is in. */
export function currentNamespace(): NetworkNamespace {
  return { path: `/proc/${process.pid}/ns/net`, inside: (action) => action(), leave: () => {} };
}

/** The namespace of a process. @throws SandboxError `setup-failed` where there is none */
export function namespaceOf(pid: number): NetworkNamespace {
  try {
    return visit(openSync(`/proc/${pid}/ns/net`, 'r'));
  } catch (cause) {
    throw new SandboxError('setup-failed', `the network namespace of process ${pid} is not there`, { cause });
  }
}

/**
 * A new namespace, which is there for as long as somebody holds it; null where this thread could not come back from it:
 * it is root of a user namespace that its network doesn't belong to, as in a rootless container on the host's network
 * (netns_install, net/core/net_namespace.c). @throws SandboxError `namespaces-denied`
 */
export function newNamespace(): NetworkNamespace | null {
  const own = openSync(OWN, 'r');
  if (setns(own, C.CLONE_NEWNET) < 0) {
    closeSync(own);
    return null;
  }
  try {
    const code = unshare(C.CLONE_NEWNET);
    if (code < 0)
      throw new SandboxError('namespaces-denied', `expected a network namespace, got errno ${-code}`);
    try {
      return visit(openSync(OWN, 'r'), own);
    } finally {
      back(own);
    }
  } catch (error) {
    closeSync(own);
    throw error;
  }
}

function visit(other: number, own = openSync(OWN, 'r')): NetworkNamespace {
  let isOpen = true;
  return {
    path: `/proc/${process.pid}/fd/${other}`,
    inside: (action) => {
      // The descriptor's number may be another file's by now.
      if (!isOpen) throw new Error('expected the network namespace not to be left yet');
      const code = setns(other, C.CLONE_NEWNET);
      if (code < 0)
        throw new SandboxError('system-call', `expected to join a network namespace, got errno ${-code}`);
      try {
        return action();
      } finally {
        back(own);
      }
    },
    leave: () => {
      if (!isOpen) return;
      isOpen = false;
      closeSync(other);
      closeSync(own);
    },
  };
}

/** The thread must be back before the event loop goes on: whatever it opened elsewhere would be a way around the guard. */
function back(own: number): void {
  if (setns(own, C.CLONE_NEWNET) < 0) process.abort();
}
