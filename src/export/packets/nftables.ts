import { isAnyPort } from '../../model/egress-list.js';
import { type Exporter, madeBy } from '../exporter.js';
import { type AddressPlace, addressPlaces, cidr } from '../fit/addresses.js';
import { createLosses } from '../fit/losses.js';

/**
 * A table of nft(8) for the machine's own output and for what it forwards, with its containers. Refusing rather than
 * dropping tells a program at once. Ranges are rules of their own: a set of concatenations takes none that overlap.
 */
export const nftables: Exporter = (list, { resolver }) => {
  const losses = createLosses();
  const places = addressPlaces(list, 'nftables', losses);
  const allow = [
    'ct state established,related accept',
    'meta l4proto icmpv6 icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept',
    ...(resolver === null
      ? []
      : [`${familyWord(resolver)} daddr ${resolver} meta l4proto { tcp, udp } th dport 53 accept`]),
    'ip daddr . meta l4proto . th dport @allowed4 accept',
    'ip6 daddr . meta l4proto . th dport @allowed6 accept',
    ...places.filter((place) => !isSingle(place)).map(rangeRule),
    'reject with icmpx admin-prohibited',
  ];
  const singles = (family: 4 | 6): string[] =>
    places.filter((place) => place.family === family && isSingle(place)).map(element);
  const text = `# ${madeBy('nftables')}
table inet egresslock
delete table inet egresslock
table inet egresslock {
${set('allowed4', 'ipv4_addr', singles(4))}${set('allowed6', 'ipv6_addr', singles(6))}  chain allow {
${allow.map((rule) => `    ${rule}\n`).join('')}  }
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

function isSingle({ family, length, ports }: AddressPlace): boolean {
  return length === (family === 4 ? 32 : 128) && ports.from === ports.to;
}

function set(name: string, type: string, elements: readonly string[]): string {
  const content = elements.length === 0 ? '' : `    elements = {\n${elements.join('\n')}\n    }\n`;
  return `  set ${name} {\n    type ${type} . inet_proto . inet_service\n${content}  }\n`;
}

function element({ address, transport, ports }: AddressPlace): string {
  return `      ${address} . ${transport} . ${ports.from},`;
}

function rangeRule(place: AddressPlace): string {
  const { transport, ports } = place;
  const range = ports.from === ports.to ? `${ports.from}` : `${ports.from}-${ports.to}`;
  const port = isAnyPort(ports) ? `meta l4proto ${transport}` : `${transport} dport ${range}`;
  return `${familyWord(place.address)} daddr ${cidr(place)} ${port} accept`;
}

function familyWord(address: string): 'ip' | 'ip6' {
  return address.includes(':') ? 'ip6' : 'ip';
}
