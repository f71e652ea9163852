import { type EgressEntry, type EgressList, hostText } from '../../model/egress-list.js';
import type { Protocol } from '../../model/transport.js';
import { type AddressRange, addressesOf, cidr } from '../fit/addresses.js';
import { isListable, onlyLookedUp, unlistable } from '../fit/loss-words.js';
import type { Losses } from '../fit/losses.js';
import { transportsOf } from '../fit/transports.js';
import { suricataContent, suricataGroup, suricataMessage, suricataPorts } from '../syntax/suricata.js';

/** The first of the numbers that are left to rules of one's own (Suricata user guide, "sid"). */
const FIRST_SID = 1_000_001;

/** Protocols of which Suricata reads a name, with the buffer that holds it and whether the buffer is in lower case. */
const NAMED = {
  tls: { buffer: 'tls.sni', isLower: false },
  http: { buffer: 'http.host', isLower: true },
  quic: { buffer: 'quic.sni', isLower: false },
} as const;
type Named = keyof typeof NAMED;
/** Protocols that Suricata 7 tells by their bytes, and that carry no name of a host. */
const KNOWN: ReadonlySet<Protocol> = new Set<Protocol>(['ssh', 'smtp', 'dns']);

/**
 * A pass rule for each place: names by what is read on the wire, with port and protocol; all else by address. They are
 * for a strict order, in which what no rule passes is dropped.
 */
export function suricataPasses(list: EgressList, losses: Losses): string[] {
  return list.entries
    .flatMap((entry) => rulesOf(entry, list, losses))
    .map(({ head, options, host }, index) => {
      const all = [`msg:"${suricataMessage(host)}"`, ...options, `sid:${FIRST_SID + index}`, 'rev:1'];
      return `pass ${head} (${all.join('; ')};)`;
    });
}

interface Rule {
  /** Protocol, addresses and ports. */
  readonly head: string;
  readonly options: readonly string[];
  readonly host: string;
}

function rulesOf(entry: EgressEntry, list: EgressList, losses: Losses): Rule[] {
  const { host, ports, protocol } = entry;
  const text = hostText(host);
  const omit = (what: string): [] => {
    losses.omit(what, text);
    return [];
  };
  if (!isListable(host)) return omit(unlistable(host));
  if (ports === null) return omit(onlyLookedUp('Suricata'));
  if (host.kind === 'range') return byAddress(text, [host], ports, protocol);
  const named = namedOf(protocol);
  if (named.length === 0) {
    const addresses = addressesOf(host, list);
    if (addresses.length === 0) {
      return omit(
        `there is no name in the first bytes of ${protocol}, and no kept run has seen an address of this one`,
      );
    }
    losses.widen(
      'there is no name in the first bytes: whatever else lives at the addresses that were seen',
      text,
    );
    losses.omit('there is no name in the first bytes: the addresses that this one moves to', text);
    return byAddress(text, addresses, ports, protocol);
  }
  if (protocol === null)
    losses.omit('Suricata reads names of TLS, HTTP and QUIC only, not of other protocols', text);
  if (named.includes('http'))
    losses.widen(
      'a connection that has passed stays passed: requests to other hosts after the first one',
      text,
    );
  return named.map((name) => {
    const { buffer, isLower } = NAMED[name];
    const content =
      host.kind === 'name'
        ? [`content:"${suricataContent(host.name)}"`, 'startswith', 'endswith']
        : [`content:"${suricataContent(`.${host.name}`)}"`, 'endswith'];
    return {
      head: `${name} any any -> any ${suricataPorts(ports)}`,
      options: ['flow:to_server', buffer, ...content, ...(isLower ? [] : ['nocase'])],
      host: text,
    };
  });
}

function namedOf(protocol: Protocol | null): Named[] {
  if (protocol === null) return ['tls', 'http', 'quic'];
  return protocol === 'tls' || protocol === 'http' || protocol === 'quic' ? [protocol] : [];
}

/** In both directions, as some servers speak first. */
function byAddress(
  host: string,
  addresses: readonly AddressRange[],
  ports: Exclude<EgressEntry['ports'], null>,
  protocol: Protocol | null,
): Rule[] {
  const group = suricataGroup(addresses.map(cidr));
  const isKnown = protocol !== null && (KNOWN.has(protocol) || namedOf(protocol).length > 0);
  const words: readonly string[] = isKnown ? [protocol] : transportsOf(protocol);
  return words.map((word) => ({
    head: `${word} any any <> ${group} ${suricataPorts(ports)}`,
    options: [],
    host,
  }));
}
