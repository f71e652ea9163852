import { isAnyPort } from '../../model/egress-list.js';
import { type Exporter, madeBy } from '../exporter.js';
import { type AddressPlace, addressPlaces, cidr } from '../fit/addresses.js';
import { createLosses } from '../fit/losses.js';

/**
 * A table of nft(8) for the machine's own output and for what it forwards, with its containers. Refusing rather than
 * dropping tells a program at once.
 */
export const nftables: Exporter = (list, { resolver }) => {
  const losses = createLosses();
  const places = addressPlaces(list, 'nftables', losses);
  const family = (version: 4 | 6): string[] =>
    places.filter((place) => place.family === version).map((place) => `      ${element(place)},`);
  const text = `# ${madeBy('nftables')}
table inet egresslock
delete table inet egresslock
table inet egresslock {
${set('allowed4', 'ipv4_addr', family(4))}${set('allowed6', 'ipv6_addr', family(6))}  chain allow {
    ct state established,related accept
    meta l4proto icmpv6 icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept
${resolver === null ? '' : `    ${resolver.includes(':') ? 'ip6' : 'ip'} daddr ${resolver} meta l4proto { tcp, udp } th dport 53 accept\n`}    ip daddr . meta l4proto . th dport @allowed4 accept
    ip6 daddr . meta l4proto . th dport @allowed6 accept
    reject with icmpx admin-prohibited
  }
  chain output {
    type filter hook output priority filter; policy drop;
    oif lo accept
    jump allow
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    jump allow
  }
}
`;
  return { text, ...losses.all() };
};

/** Overlaps are merged, as an address may be seen of several names and lie in a range, too. */
function set(name: string, type: string, elements: readonly string[]): string {
  const content = elements.length === 0 ? '' : `    elements = {\n${elements.join('\n')}\n    }\n`;
  return `  set ${name} {
    type ${type} . inet_proto . inet_service
    flags interval
    auto-merge
${content}  }
`;
}

function element(place: AddressPlace): string {
  const { from, to } = place.ports;
  const isSingle = place.length === (place.family === 4 ? 32 : 128);
  const ports = isAnyPort(place.ports) ? '0-65535' : from === to ? String(from) : `${from}-${to}`;
  return `${isSingle ? place.address : cidr(place)} . ${place.transport} . ${ports}`;
}
