import type { ExportOptions } from '../../src/export/exporter.js';
import {
  ANY_PORT,
  type EgressEntry,
  type EgressHost,
  type EgressList,
  type Resolution,
} from '../../src/model/egress-list.js';
import type { PortRange } from '../../src/model/policy.js';
import type { Protocol } from '../../src/model/transport.js';

/* Lists that each exporter and each validator gets. */

export const OPTIONS: ExportOptions = {
  redirection: null,
  blockResponse: { kind: 'nxdomain' },
  resolver: '192.0.2.53',
};

export const name = (text: string): EgressHost => ({ kind: 'name', name: text });
export const below = (text: string): EgressHost => ({ kind: 'below', name: text });
export const range = (address: string, length = address.includes(':') ? 128 : 32): EgressHost => ({
  kind: 'range',
  address,
  length,
  family: address.includes(':') ? 6 : 4,
});

export function entry(
  host: EgressHost,
  ports: number | PortRange | null = 443,
  protocol: Protocol | null = 'tls',
): EgressEntry {
  return {
    host,
    ports: typeof ports === 'number' ? { from: ports, to: ports } : ports,
    protocol,
    packages: ['left'],
  };
}

export function listOf(
  entries: readonly EgressEntry[],
  resolutions: Readonly<Record<string, Resolution>> = {},
): EgressList {
  return { entries, resolutions: new Map(Object.entries(resolutions)), omitted: [], widened: [] };
}

/** A label of 63 characters, the longest that there is (RFC 1035 §2.3.4). */
const LONG_LABEL = 'l'.repeat(63);

/** Everything that some target can't say. */
export function awkward(): EgressList {
  return listOf(
    [
      entry({ kind: 'all' }),
      entry(below('store.example.com')),
      entry(range('198.51.100.0', 24), { from: 8000, to: 8100 }, 'http'),
      entry(range('198.51.100.7')),
      entry(range('2001:db8::', 32), 443, null),
      entry(range('2001:db8::1'), 22, 'ssh'),
      entry(name('_metrics.example'), 443),
      entry(name('any.example'), ANY_PORT, null),
      entry(name('deep.store.example.com')),
      entry(name('git.example'), 22, 'ssh'),
      entry(name('gone.example'), null, 'dns'),
      entry(name(`${[LONG_LABEL, LONG_LABEL, LONG_LABEL].join('.')}.long.example`)),
      entry(name('localhost'), 8080, 'http'),
      entry(name('no'), 443),
      entry(name('plain.example'), 80, 'http'),
      entry(name('plain.example'), 443),
      entry(name('ports.example'), { from: 8000, to: 8003 }),
      entry(name('quick.example'), 443, 'quic'),
      entry(name('registry.example')),
      entry(name('sub.registry.example')),
      entry(name('time.example'), 123, 'unknown'),
      entry(name('wide.example'), { from: 1024, to: 65_535 }),
      entry(name('xn--bcher-kva.example')),
      entry({ kind: 'none', text: '*.evil.example' }),
      entry({ kind: 'none', text: 'x.example\n    - "evil.example" # $(evil) {{evil}} \u202e' }),
    ],
    {
      'git.example': { cnames: [], addresses: ['198.51.100.22', '2001:db8::22'] },
      'registry.example': { cnames: ['edge.cdn.example', '_edge.cdn.example'], addresses: ['203.0.113.5'] },
      'blob7.store.example.com': { cnames: [], addresses: ['203.0.113.7'] },
      'xn--bcher-kva.example': { cnames: [], addresses: ['203.0.113.9', '2001:db8::9'] },
      'time.example': { cnames: [], addresses: ['203.0.113.123'] },
    },
  );
}

/** As many names as a large monorepo has at most, and some at each port that is usual. */
export function large(): EgressList {
  const entries = Array.from({ length: 2500 }, (_, index) => {
    const host = name(`h${String(index).padStart(4, '0')}.many.example`);
    return index % 5 === 0 ? entry(host, 80, 'http') : entry(host);
  });
  const resolutions = Object.fromEntries(
    entries.map(({ host }, index) => [
      host.kind === 'name' ? host.name : '',
      { cnames: [], addresses: [`203.0.${Math.floor(index / 250)}.${index % 250}`] },
    ]),
  );
  return listOf(entries, resolutions);
}

export const nothing = (): EgressList => listOf([]);

export const LISTS = [
  { what: 'an awkward list', list: awkward() },
  { what: 'a large list', list: large() },
  { what: 'an empty list', list: nothing() },
] as const;
