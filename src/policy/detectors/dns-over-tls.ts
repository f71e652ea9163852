import { knownResolver } from './known-resolvers.js';
import { ACCEPT } from './phrases.js';
import type { Scene, Visit } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

/** RFC 7858 §3.1 for TLS, RFC 9250 §4.1.1 for QUIC. */
const DNS_OVER_TLS_PORT = 853;
/** Names of application protocols: RFC 7858 as registered with IANA, RFC 9250 §4.1. */
const APPLICATION_PROTOCOLS = ['dot', 'doq'];
/** There it is HTTPS: see `dns-over-https`. */
const HTTPS_PORT = 443;

/** Names asked inside of TLS or QUIC: by the port, by what the client offers, or by a known resolver behind it. */
export function dnsOverTls(scene: Scene): Sighting[] {
  return scene.visits.flatMap((visit) => {
    if (visit.isAccepted) return [];
    const reason = reasonOf(scene, visit);
    if (reason === null) return [];
    return [
      visitSighting(visit, 'dns-over-tls', {
        message: `DNS over TLS at \`${visit.label}\`, ${reason},${visit.who.by}`,
        help: `names asked there are in no report, and no allowlist by name holds them; ${ACCEPT}`,
      }),
    ];
  });
}

function reasonOf({ places }: Scene, visit: Visit): string | null {
  const { port, protocol } = visit.destination;
  if (port === null) return null;
  const offered = visit.flows.some(
    (flow) => flow.kind === 'connection' && flow.alpn.some((name) => APPLICATION_PROTOCOLS.includes(name)),
  );
  if (offered) return 'by what its hello offers';
  if (port === DNS_OVER_TLS_PORT) return `on port ${DNS_OVER_TLS_PORT}`;
  const isEncrypted = protocol === 'tls' || protocol === 'quic';
  if (!isEncrypted || port === HTTPS_PORT || knownResolver(places, visit) === null) return null;
  return 'a known resolver';
}
