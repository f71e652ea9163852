import type { ActorId } from '../../model/actor.js';
import type { FlowAttempt, Gate, LookUpRuling, Ruling } from '../gate.js';
import type { HostsTable } from '../resolver/hosts-file.js';
import { createNameAddresses, isGivenAddress } from './addresses.js';
import { nameAnswer } from './name-answer.js';

/** Registries that stay reachable, and for whom. */
export interface OpenRegistries {
  /** Canonical hosts with their ports. */
  readonly places: readonly { readonly host: string; readonly port: number }[];
  /** Whether it is the package manager's own process: not a script, nor what one has started. */
  readonly isManager: (actorId: ActorId | null) => boolean;
}

export interface SinkGateOptions {
  /** The host's own /etc/hosts: names in it keep their addresses. */
  readonly hosts: HostsTable;
  /** Search domains of the host's resolv.conf. */
  readonly search: readonly string[];
  /** Null where nothing at all may leave. */
  readonly registries: OpenRegistries | null;
}

/** Why something left a sinkhole, for the record. */
const REGISTRY = 'the registry, for the package manager itself';
const LOOPBACK_NAME = 'localhost';

/** The gate of mode `sinkhole`: every name is answered here, and every flow, but for an open registry. */
export function createSinkGate({ hosts, search, registries }: SinkGateOptions): Gate {
  const addresses = createNameAddresses();
  const isOpenName = (name: string, actorId: ActorId | null): boolean =>
    registries?.places.some(({ host }) => host === name) === true && registries.isManager(actorId);
  /** Names of the open registries that the flow may have meant. */
  const openNames = (attempt: FlowAttempt): readonly string[] => {
    // A name's address here leads nowhere, whoever has resolved it.
    if (registries === null || isGivenAddress(attempt.address)) return [];
    const names = attempt.isLoopback
      ? [LOOPBACK_NAME, attempt.address]
      : [...attempt.resolvedNames, ...attempt.hostsNames, attempt.address];
    const open = registries.places.filter(({ host, port }) => port === attempt.port && names.includes(host));
    return open.length > 0 && registries.isManager(attempt.actorId) ? open.map(({ host }) => host) : [];
  };
  return {
    lookUp: (name, type, actorId) => {
      if (isOpenName(name, actorId)) return { isAllowed: true, rule: REGISTRY };
      const known = hosts.addressesOf(name);
      if (known.length > 0) return sunk({ addresses: known });
      switch (nameAnswer(name, type, search)) {
        case 'address':
          return sunk({ addresses: [addresses.addressOf(name)] });
        case 'no-data':
          return sunk({ rcode: 'NOERROR' });
        case 'no-name':
          return sunk({ rcode: 'NXDOMAIN' });
      }
    },
    answer: () => ({ isAllowed: true }),
    flow: (attempt) =>
      openNames(attempt).length > 0
        ? { isAllowed: true, rule: REGISTRY }
        : { isAllowed: false, isSunk: true },
    claims: (attempt, { protocol, sni, httpHost, tunnelTarget }): Ruling => {
      const claimed = protocol === 'tls' ? sni : httpHost;
      const isOwn = claimed === null || openNames(attempt).includes(claimed);
      const isWeb = protocol === 'tls' || protocol === 'http';
      return isWeb && isOwn && tunnelTarget === null
        ? { isAllowed: true, rule: REGISTRY }
        : { isAllowed: false, rule: REGISTRY };
    },
    spend: () => ({ isAllowed: true }),
  };
}

function sunk(answer: (LookUpRuling & { isAllowed: false })['answer']): LookUpRuling {
  return { isAllowed: false, isSunk: true, answer };
}
