import type { Protocol } from '../../model/transport.js';

export type FlowTransport = 'tcp' | 'udp';

/** What carries a protocol; both where the protocol doesn't tell, as the lock keeps no transport. */
export function transportsOf(protocol: Protocol | null): readonly FlowTransport[] {
  switch (protocol) {
    case 'tls':
    case 'http':
    case 'ssh':
    case 'ldap':
    case 'rmi':
    case 'socks':
    case 'git':
    case 'smtp':
    case 'stratum':
      return ['tcp'];
    case 'quic':
      return ['udp'];
    case 'dns':
    case 'unknown':
    case 'none':
    case null:
      return ['tcp', 'udp'];
  }
}
