import { hostText, isAnyPort } from '../../model/egress-list.js';
import { type Exporter, madeBy } from '../exporter.js';
import { type Ability, ANY_LABEL } from '../fit/ability.js';
import { type FitEntry, hostsOf } from '../fit/fit-entries.js';
import { groupBy } from '../fit/groups.js';
import { createLosses } from '../fit/losses.js';
import { yamlText } from '../syntax/yaml.js';
import { namedEntries } from './by-name.js';

const ABILITY: Ability = {
  target: 'Envoy',
  exact: 'exact',
  below: 'any-depth',
  label: ANY_LABEL,
  addresses: 'no',
  ports: 'some',
  protocols: ['tls', 'http'],
  lookups: false,
};
const TYPES = 'type.googleapis.com/envoy.extensions';
/** Where the redirected connections of the clients arrive. */
const LISTENING = { address: '::', port_value: 15_001, ipv4_compat: true };

/**
 * A static bootstrap of Envoy to which connections are redirected: the port is the one they were made to, SNI or Host
 * decides, and Envoy resolves that very name itself. What fits no filter chain is closed.
 */
export const envoy: Exporter = (list) => {
  const losses = createLosses();
  const { tls, http } = namedEntries(list, ABILITY, losses);
  const chains = [...groupBy(tls, portOf).map(tlsChain), ...groupBy(http, portOf).map(httpChain)];
  const bootstrap = {
    static_resources: {
      listeners: [
        {
          name: 'egresslock',
          address: { socket_address: LISTENING },
          listener_filters: [
            extension('original_dst', 'filters.listener.original_dst.v3.OriginalDst'),
            extension('tls_inspector', 'filters.listener.tls_inspector.v3.TlsInspector'),
          ],
          filter_chains: chains.length === 0 ? [NOTHING] : chains,
        },
      ],
      clusters: [
        {
          name: 'destination',
          lb_policy: 'CLUSTER_PROVIDED',
          cluster_type: {
            name: 'envoy.clusters.dynamic_forward_proxy',
            typed_config: {
              '@type': `${TYPES}.clusters.dynamic_forward_proxy.v3.ClusterConfig`,
              dns_cache_config: DNS_CACHE,
            },
          },
        },
      ],
    },
  };
  return { text: yamlText(madeBy('envoy'), bootstrap), ...losses.all() };
};

const DNS_CACHE = { name: 'egresslock', dns_lookup_family: 'ALL' };

/** A listener needs a chain: one that nothing fits, as 0.0.0.0 is never a destination (RFC 1122 §3.2.1.3). */
const NOTHING = {
  name: 'nothing',
  filter_chain_match: { prefix_ranges: [{ address_prefix: '0.0.0.0', prefix_len: 32 }] },
  filters: [
    extension('tcp_proxy', 'filters.network.tcp_proxy.v3.TcpProxy', {
      stat_prefix: 'nothing',
      cluster: 'destination',
    }),
  ],
};

function tlsChain(entries: readonly FitEntry[]): unknown {
  const port = portOf(entries[0]);
  return {
    name: `tls-${port}`,
    filter_chain_match: {
      destination_port: Number(port),
      transport_protocol: 'tls',
      server_names: hostsOf(entries).map(hostText),
    },
    filters: [
      extension('sni_dynamic_forward_proxy', 'filters.network.sni_dynamic_forward_proxy.v3.FilterConfig', {
        port_value: Number(port),
        dns_cache_config: DNS_CACHE,
      }),
      extension('tcp_proxy', 'filters.network.tcp_proxy.v3.TcpProxy', {
        stat_prefix: `tls-${port}`,
        cluster: 'destination',
      }),
    ],
  };
}

function httpChain(entries: readonly FitEntry[]): unknown {
  const port = portOf(entries[0]);
  return {
    name: `http-${port}`,
    filter_chain_match: { destination_port: Number(port), transport_protocol: 'raw_buffer' },
    filters: [
      extension(
        'http_connection_manager',
        'filters.network.http_connection_manager.v3.HttpConnectionManager',
        {
          stat_prefix: `http-${port}`,
          route_config: {
            virtual_hosts: [
              {
                name: 'allowed',
                domains: hostsOf(entries).flatMap((host) => authorities(hostText(host), port)),
                routes: [{ match: { prefix: '/' }, route: { cluster: 'destination' } }],
              },
            ],
          },
          http_filters: [
            extension('dynamic_forward_proxy', 'filters.http.dynamic_forward_proxy.v3.FilterConfig', {
              dns_cache_config: DNS_CACHE,
            }),
            extension('router', 'filters.http.router.v3.Router'),
          ],
        },
      ),
    ],
  };
}

/** Host as clients write it, without a port where it is the scheme's own (RFC 9110 §4.2.3). */
function authorities(host: string, port: string): string[] {
  return port === '80' ? [host, `${host}:80`] : [`${host}:${port}`];
}

function extension(name: string, type: string, config: object = {}): unknown {
  const [kind = '', area = ''] = type.split('.');
  return { name: `envoy.${kind}.${area}.${name}`, typed_config: { '@type': `${TYPES}.${type}`, ...config } };
}

function portOf(entry: FitEntry | undefined): string {
  const ports = entry?.ports ?? null;
  return ports === null || isAnyPort(ports) ? '0' : String(ports.from);
}
