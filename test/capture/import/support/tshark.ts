import { spawnSync } from 'node:child_process';
import type { EgressEvent } from '../../../../src/model/event.js';

/** What two readers of one capture must agree on; each sorted, each once. */
export interface Facts {
  readonly names: readonly string[];
  readonly sni: readonly string[];
  /** `tcp 40000 203.0.113.1 443`, by the first packet's direction; `dns 198.51.100.53 53` for those to name servers. */
  readonly flows: readonly string[];
}

const FIELDS = [
  'dns.qry.name',
  'tls.handshake.extensions_server_name',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'tcp.stream',
  'tcp.srcport',
  'tcp.dstport',
  'udp.stream',
  'udp.srcport',
  'udp.dstport',
] as const;
type Field = (typeof FIELDS)[number];

/** What tshark says of a capture. */
export function tsharkFacts(file: string): Facts {
  const { status, stdout, stderr } = spawnSync(
    'tshark',
    [
      '-n',
      '-o',
      'tcp.reassemble_out_of_order:TRUE',
      '-r',
      file,
      '-T',
      'fields',
      '-E',
      'occurrence=a',
      ...FIELDS.flatMap((field) => ['-e', field]),
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(`tshark ended with ${status}: ${stderr}`);
  const names = new Set<string>();
  const sni = new Set<string>();
  const flows = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const values = line.split('\t');
    const all = (field: Field): string[] => (values[FIELDS.indexOf(field)] ?? '').split(',').filter(Boolean);
    for (const name of all('dns.qry.name')) names.add(name.toLowerCase());
    for (const name of all('tls.handshake.extensions_server_name')) sni.add(name.toLowerCase());
    const [to] = [...all('ip.dst'), ...all('ipv6.dst')];
    for (const transport of ['tcp', 'udp'] as const) {
      const [stream] = all(`${transport}.stream`);
      const [source] = all(`${transport}.srcport`);
      const [port] = all(`${transport}.dstport`);
      const key = `${transport} ${stream}`;
      if (stream === undefined || flows.has(key)) continue;
      flows.set(key, port === '53' ? `dns ${to} 53` : `${transport} ${source} ${to} ${port}`);
    }
  }
  return { names: sorted(names), sni: sorted(sni), flows: sorted(flows.values()) };
}

/** What an import says of it. */
export function factsOf(events: readonly EgressEvent[]): Facts {
  const flows = events.flatMap((event) => {
    if (event.kind === 'dns') return [`dns ${event.server} ${event.port}`];
    if (event.kind !== 'connection' && event.kind !== 'datagram') return [];
    const transport = event.kind === 'connection' ? 'tcp' : 'udp';
    return [`${transport} ${event.localPort} ${event.address} ${event.port}`];
  });
  return {
    names: sorted(events.flatMap((event) => (event.kind === 'dns' ? [event.name] : []))),
    sni: sorted(
      events.flatMap((event) =>
        (event.kind === 'connection' || event.kind === 'datagram') && event.sni ? [event.sni] : [],
      ),
    ),
    flows: sorted(flows),
  };
}

function sorted(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}
