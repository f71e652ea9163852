import dgram from 'node:dgram';
import net from 'node:net';
import type { Holder } from '../../sandbox/holder.js';
import { newNamespace } from '../../sandbox/network-namespace.js';
import { SandboxError } from '../../sandbox/sandbox-error.js';
import type { WaitingAgent } from './agent.js';
import { LinkedNamespaces } from './linked-namespaces.js';
import type { JoinOrder, ListenRequest } from './messages.js';
import { networkScript } from './network.js';

/**
 * The agent of whoever may visit a network namespace and come back: root. It is this very thread, which spares a run the
 * start of a process. Null for others. @throws SandboxError `namespaces-denied`
 */
export function joinLocally(order: Omit<JoinOrder, 'type'>, holder: Holder): WaitingAgent | null {
  const gateway = newNamespace();
  if (gateway === null) return null;
  const join = async (): Promise<LinkedNamespaces> => {
    try {
      await holder.run(networkScript(order, { in: 'sandbox', gateway: gateway.path }));
      return LinkedNamespaces.at(gateway, order);
    } catch (error) {
      gateway.leave();
      throw error;
    }
  };
  const joined = join();
  joined.catch(() => {});
  const stop = (): Promise<void> =>
    joined.then(
      (namespaces) => namespaces.stop(),
      () => {},
    );
  return {
    watch: async ({ pcap, origin }, { onPackets, onLost }) => {
      const namespaces = await joined;
      const socketTable = setUp('the wire can not be watched', () =>
        namespaces.watch({ type: 'watch', pcap, origin }, { onRecords: onPackets, onLost }),
      );
      const request = async <T>(what: ListenRequest, isRight: (made: unknown) => made is T): Promise<T> => {
        const made = await namespaces.makeSocket(what).catch((cause: unknown) => {
          throw failure(`no socket for ${JSON.stringify(what)}`, cause);
        });
        if (isRight(made)) return made;
        throw new Error(`expected the right kind of socket for ${JSON.stringify(what)}`);
      };
      return {
        takeSocketTable: () => socketTable,
        listen: (what) => request(what, (made): made is net.Server => made instanceof net.Server),
        bind: (what) => request(what, (made): made is dgram.Socket => made instanceof dgram.Socket),
        unreachable: (datagram) => namespaces.unreachable(datagram),
        canary: (what) => namespaces.canary(what),
        totals: async () => namespaces.totals(),
        stop,
      };
    },
    abandon: () => {
      stop();
    },
  };
}

/** @throws SandboxError `setup-failed` */
function setUp<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw failure(what, cause);
  }
}

function failure(what: string, cause: unknown): SandboxError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SandboxError('setup-failed', `${what}: ${reason}`, { cause });
}
