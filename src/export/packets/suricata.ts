import { type EgressEntry, isAnyPort } from '../../model/egress-list.js';
import { type Exporter, madeBy } from '../exporter.js';
import { createLosses } from '../fit/losses.js';
import { transportsOf } from '../fit/transports.js';
import { suricataGroup, suricataPorts } from '../syntax/suricata.js';
import { suricataPasses } from './suricata-passes.js';

/** After the numbers of all pass rules. */
const FIRST_DROP = 1_900_001;

/**
 * A rule file for Suricata as an IPS with its usual order, in which pass comes before drop. Look-ups at port 53 are not
 * decided over.
 */
export const suricata: Exporter = (list) => {
  const losses = createLosses();
  const lines = [`# ${madeBy('suricata')}`, ...suricataPasses(list, losses), ...dropRules(list.entries)];
  return { text: `${lines.join('\n')}\n`, ...losses.all() };
};

/**
 * Whatever no rule passes. A port that nobody needs is shut at the SYN. Elsewhere a handshake must be let through to see
 * a name: a name that is not on the list is dropped as soon as it is read, and what shows none gets no answer.
 */
function dropRules(entries: readonly EgressEntry[]): string[] {
  const tcp = openPorts(entries, 'tcp');
  const udp = openPorts(entries, 'udp');
  const drops = [
    ...(tcp === 'any' ? [] : [`tcp any any -> any ${tcp} (msg:"port not on the list"; flow:to_server;`]),
    'tls any any -> any any (msg:"SNI not on the list"; flow:to_server; tls.sni; bsize:>0;',
    'http any any -> any any (msg:"Host not on the list"; flow:to_server; http.host; bsize:>0;',
    'tcp any any -> any any (msg:"protocol not on the list"; flow:established,to_server; app-layer-protocol:failed;',
    'tcp any any -> any any (msg:"answer to what is not on the list"; flow:established,to_client; dsize:>0;',
    ...(udp === 'any'
      ? ['quic any any -> any any (msg:"QUIC not on the list"; flow:to_server; quic.sni; bsize:>0;']
      : [`udp any any -> any ${udp} (msg:"port not on the list"; flow:to_server;`]),
    'udp any any -> any !53 (msg:"not on the list"; flow:to_server;',
  ];
  return drops.map((rule, index) => `drop ${rule} sid:${FIRST_DROP + index}; rev:1;)`);
}

/** All ports but those of the list, as a negated group; `any` where the list has all ports. */
function openPorts(entries: readonly EgressEntry[], transport: 'tcp' | 'udp'): string {
  const ports = new Set(transport === 'udp' ? ['53'] : []);
  for (const entry of entries) {
    if (entry.ports === null || !transportsOf(entry.protocol).includes(transport)) continue;
    if (isAnyPort(entry.ports)) return 'any';
    ports.add(suricataPorts(entry.ports));
  }
  return ports.size === 0 ? '1:65535' : `!${suricataGroup([...ports].sort())}`;
}
