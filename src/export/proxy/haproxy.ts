import { hostText } from '../../model/egress-list.js';
import { type Exporter, madeBy } from '../exporter.js';
import { type Ability, ANY_LABEL } from '../fit/ability.js';
import { type FitEntry, hostsOf } from '../fit/fit-entries.js';
import { groupBy } from '../fit/groups.js';
import { createLosses, type Losses } from '../fit/losses.js';
import { namedEntries } from './by-name.js';

const ABILITY: Ability = {
  target: 'HAProxy',
  exact: 'exact',
  below: 'any-depth',
  label: ANY_LABEL,
  addresses: 'no',
  ports: 'some',
  protocols: ['tls', 'http'],
  lookups: false,
};

/**
 * A configuration of HAProxy 2.6 and later that stands where the clients believe their destinations: a front end for
 * each port. It reads SNI or Host, resolves that very name itself, and connects there.
 */
export const haproxy: Exporter = (list, { resolver }) => {
  const losses = createLosses();
  const { tls, http } = namedEntries(list, ABILITY, losses);
  const tlsPorts = new Set(tls.map(portOf));
  const plain = http.filter((entry) => {
    const isFree = !tlsPorts.has(portOf(entry));
    if (!isFree) noteTaken(entry, losses);
    return isFree;
  });
  const blocks = [
    GLOBAL,
    [
      'resolvers egresslock',
      resolver === null ? '  parse-resolv-conf' : `  nameserver resolver ${bracketed(resolver)}:53`,
    ],
    ...groupBy(tls, portOf).map(tlsFrontEnd),
    ...groupBy(plain, portOf).map(httpFrontEnd),
    ...(tls.length + plain.length === 0 ? [NOTHING] : []),
    ['backend egresslock_tls', '  mode tcp', '  server destination 0.0.0.0:0'],
    ['backend egresslock_http', '  mode http', '  server destination 0.0.0.0:0'],
  ];
  const text = blocks.map((block) => `${block.join('\n')}\n`).join('\n');
  return { text: `# ${madeBy('haproxy')}\n${text}`, ...losses.all() };
};

const GLOBAL = ['defaults', '  timeout connect 10s', '  timeout client 5m', '  timeout server 5m'];

/** HAProxy does not start without a front end. */
const NOTHING = [
  'frontend egresslock_nothing',
  '  mode tcp',
  '  bind :::443 v4v6',
  '  tcp-request connection reject',
  '  default_backend egresslock_tls',
];

function noteTaken({ host, protocol }: FitEntry, losses: Losses): void {
  // Of an entry for any protocol, TLS is what is left.
  losses.omit(
    protocol === null
      ? 'HAProxy reads one protocol on a port: HTTP, as TLS is there'
      : 'HAProxy reads one protocol on a port, and TLS is there',
    hostText(host),
  );
}

function portOf({ ports }: FitEntry): string {
  return String(ports?.from ?? 0);
}

function tlsFrontEnd(entries: readonly FitEntry[]): string[] {
  const port = entries[0] === undefined ? '' : portOf(entries[0]);
  return [
    `frontend egresslock_tls_${port}`,
    '  mode tcp',
    `  bind :::${port} v4v6`,
    '  tcp-request inspect-delay 5s',
    ...acls(entries, 'req.ssl_sni'),
    '  tcp-request content reject if { req.ssl_hello_type 1 } !allowed',
    '  tcp-request content do-resolve(sess.address,egresslock) req.ssl_sni if allowed',
    '  tcp-request content reject if { req.ssl_hello_type 1 } !{ var(sess.address) -m found }',
    '  tcp-request content set-dst var(sess.address) if allowed',
    `  tcp-request content set-dst-port int(${port}) if allowed`,
    '  tcp-request content accept if allowed',
    // Bytes that are no hello, and a hello that is not whole when the time is over.
    '  tcp-request content reject',
    '  default_backend egresslock_tls',
  ];
}

function httpFrontEnd(entries: readonly FitEntry[]): string[] {
  const port = entries[0] === undefined ? '' : portOf(entries[0]);
  return [
    `frontend egresslock_http_${port}`,
    '  mode http',
    `  bind :::${port} v4v6`,
    ...acls(entries, 'req.hdr(host),host_only'),
    '  http-request deny deny_status 403 unless allowed',
    '  http-request do-resolve(txn.address,egresslock) req.hdr(host),host_only',
    '  http-request deny deny_status 502 unless { var(txn.address) -m found }',
    '  http-request set-dst var(txn.address)',
    `  http-request set-dst-port int(${port})`,
    '  default_backend egresslock_http',
  ];
}

/** Lines of one acl are alternatives. */
function acls(entries: readonly FitEntry[], sample: string): string[] {
  return hostsOf(entries).flatMap((host) => {
    if (host.kind === 'range') return [];
    const match = host.kind === 'name' ? `-m str ${host.name}` : `-m end .${host.name}`;
    return [`  acl allowed ${sample} -i ${match}`];
  });
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
