/** Transport of a flow. `other` is an attempt over anything that is neither TCP nor UDP (ICMP, raw, vsock …). */
export type Transport = 'tcp' | 'udp' | 'other';

/**
 * The protocol that was *seen* in the first bytes of a flow, never the one its port suggests.
 * `none` is a flow on which no byte was sent by either side; `unknown` is a flow whose bytes match nothing below.
 */
export const PROTOCOLS = [
  'tls',
  'http',
  'ssh',
  'ldap',
  'rmi',
  'socks',
  'git',
  'dns',
  'smtp',
  'stratum',
  'quic',
  'unknown',
  'none',
] as const;
export type Protocol = (typeof PROTOCOLS)[number];
