import type { PortRange } from './policy.js';
import type { Protocol } from './transport.js';

/** What an entry of a list covers. */
export type EgressHost =
  /** Canonical: lower case, A-labels, no trailing dot. */
  | { readonly kind: 'name'; readonly name: string }
  /** All names below the name, at any depth, and not the name itself. */
  | { readonly kind: 'below'; readonly name: string }
  /** CIDR form; a single address is a range of all its bits. IPv6 as in RFC 5952. */
  | {
      readonly kind: 'range';
      readonly address: string;
      /** 0 to 32 for IPv4, 0 to 128 for IPv6. */
      readonly length: number;
      readonly family: 4 | 6;
    }
  /** Every host. */
  | { readonly kind: 'all' }
  /** Text that names no host: it is said to a person, and given to no target. */
  | { readonly kind: 'none'; readonly text: string };

/** One thing that a firewall must let out. */
export interface EgressEntry {
  readonly host: EgressHost;
  /** Null for a name that is only looked up. */
  readonly ports: PortRange | null;
  /** As it was seen; null for any. */
  readonly protocol: Protocol | null;
  /** The lock's words for those who need it, sorted; empty where it is for nobody in particular. */
  readonly packages: readonly string[];
}

/** What the runs saw of a name. */
export interface Resolution {
  /** Names that its CNAME chains lead over, canonical, sorted; null where no answer to a look-up was seen. */
  readonly cnames: readonly string[] | null;
  /** Addresses, canonical, sorted. */
  readonly addresses: readonly string[];
}

/** The list that is written in a firewall's own language. */
export interface EgressList {
  /** Sorted by host, ports and protocol. */
  readonly entries: readonly EgressEntry[];
  /** By canonical name; names that no kept run has resolved are not there. */
  readonly resolutions: ReadonlyMap<string, Resolution>;
  /** What could not be in `entries`. */
  readonly omitted: readonly Loss[];
  /** What `entries` lets out and the policy does not. */
  readonly widened: readonly Loss[];
}

/** One thing that could not be said as it is, and of which hosts. */
export interface Loss {
  /** A clause without a full stop: what is lost and why. */
  readonly what: string;
  /** Sorted, each once; as they are, so they may be hostile text. */
  readonly hosts: readonly string[];
}

/** Lowest and highest: a rule that asks for no port in particular. */
export const ANY_PORT: PortRange = { from: 0, to: 65_535 };

export function isAnyPort({ from, to }: PortRange): boolean {
  // Port 0 is never on the wire (RFC 6335 §6).
  return from <= 1 && to === ANY_PORT.to;
}

/** The host as the policy writes it: `x.example`, `*.x.example`, `192.0.2.0/24`, `*`. */
export function hostText(host: EgressHost): string {
  switch (host.kind) {
    case 'name':
      return host.name;
    case 'below':
      return `*.${host.name}`;
    case 'range':
      return host.length === (host.family === 4 ? 32 : 128) ? host.address : `${host.address}/${host.length}`;
    case 'all':
      return '*';
    case 'none':
      return host.text;
  }
}
