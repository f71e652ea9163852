import type { Disagreement, HostSource } from '../../model/event.js';

/** What is known of a flow's host when its first bytes were seen. */
export interface HostClaims {
  readonly address: string;
  readonly port: number;
  /** Names that our resolver answered with this address, newest first. */
  readonly resolvedNames: readonly string[];
  /** Names of /etc/hosts for this address. */
  readonly hostsNames: readonly string[];
  readonly sni: string | null;
  readonly httpHost: string | null;
  readonly isLoopback: boolean;
}

export interface HostDecision {
  readonly host: string;
  readonly hostSource: HostSource;
  readonly disagreements: readonly Disagreement[];
}

/**
 * Names a flow's host. SNI and Host are the command's claims: they choose among the names that were resolved to
 * this address, and never introduce one of their own, so that a stranger's address can't borrow a good name.
 */
export function decideHost(claims: HostClaims): HostDecision {
  const sni = claims.sni;
  const httpHost = withoutPort(claims.httpHost);
  const known = claims.resolvedNames.concat(claims.hostsNames);
  const disagreements: Disagreement[] = [];
  const newest = known[0];
  if (sni !== null && httpHost !== null && sni !== httpHost)
    disagreements.push({ kind: 'host-sni', left: httpHost, right: sni });
  if (claims.isLoopback) return { host: 'localhost', hostSource: 'loopback', disagreements };
  if (sni !== null && !known.includes(sni)) {
    disagreements.push({ kind: 'sni-resolved', left: sni, right: newest ?? claims.address });
  }
  if (httpHost !== null && sni === null && !known.includes(httpHost) && httpHost !== claims.address) {
    disagreements.push({ kind: 'host-resolved', left: httpHost, right: newest ?? claims.address });
  }
  if (sni !== null && known.includes(sni)) return { host: sni, hostSource: 'sni', disagreements };
  if (httpHost !== null && known.includes(httpHost))
    return { host: httpHost, hostSource: 'http-host', disagreements };
  if (claims.resolvedNames[0] !== undefined)
    return { host: claims.resolvedNames[0], hostSource: 'dns', disagreements };
  if (claims.hostsNames[0] !== undefined)
    return { host: claims.hostsNames[0], hostSource: 'hosts-file', disagreements };
  return { host: claims.address, hostSource: 'address', disagreements };
}

/** Host of an HTTP `Host` value (RFC 9110 §7.2): lower case, without port, brackets and trailing dot. */
export function withoutPort(value: string | null): string | null {
  if (value === null) return null;
  const host = value.trim().toLowerCase();
  const bracket = /^\[([^\]]*)\]/.exec(host);
  if (bracket?.[1] !== undefined) return bracket[1];
  return host.replace(/:\d*$/, '').replace(/\.$/, '') || null;
}
