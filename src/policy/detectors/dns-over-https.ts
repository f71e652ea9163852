import type { RequestEvent } from '../../model/event.js';
import { knownResolver } from './known-resolvers.js';
import { ACCEPT } from './phrases.js';
import type { Scene, Visit } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

const HTTPS_PORT = 443;
const CONTENT_TYPES = ['application/dns-message', 'application/dns-json'];

/**
 * Names asked inside of HTTPS (RFC 8484), where no resolver of ours sees them: by a known resolver on port 443, or, where
 * a sinkhole has read the request, by its path or its media type.
 */
export function dnsOverHttps(scene: Scene): Sighting[] {
  const requests = questions(scene);
  return scene.visits.flatMap((visit) => {
    if (visit.isAccepted) return [];
    const reason = reasonOf(scene, visit, requests);
    if (reason === null) return [];
    return [
      visitSighting(visit, 'dns-over-https', {
        message: `DNS over HTTPS at \`${visit.label}\`, ${reason},${visit.who.by}`,
        help: `names asked there are in no report, and no allowlist by name holds them; ${ACCEPT}`,
      }),
    ];
  });
}

function reasonOf(
  { places }: Scene,
  visit: Visit,
  requests: ReadonlyMap<number, RequestEvent>,
): string | null {
  const request = visit.flows.map((flow) => requests.get(flow.id)).find((one) => one !== undefined);
  if (request !== undefined) return `by its request \`${request.method} ${pathOf(request)}\``;
  const { port, protocol } = visit.destination;
  if (port !== HTTPS_PORT || (protocol !== 'tls' && protocol !== 'quic' && protocol !== 'none')) return null;
  const resolver = knownResolver(places, visit);
  if (resolver === null) return null;
  return resolver === visit.host ? 'a known resolver' : `the known resolver ${resolver}`;
}

/** Requests that ask for a name, by the connection that carried them. */
function questions({ record }: Scene): ReadonlyMap<number, RequestEvent> {
  const found = new Map<number, RequestEvent>();
  for (const event of record.events) {
    if (event.kind === 'request' && isQuestion(event)) found.set(event.connectionId, event);
  }
  return found;
}

function isQuestion(request: RequestEvent): boolean {
  const path = pathOf(request);
  const query = request.path.slice(path.length);
  if (/\/dns-query$/.test(path)) return true;
  if (/\/resolve$/.test(path) && /[?&]name=/.test(query)) return true;
  return request.headers.some(
    ({ name, value }) =>
      (name === 'accept' || name === 'content-type') &&
      CONTENT_TYPES.some((type) => value?.includes(type) === true),
  );
}

function pathOf({ path }: RequestEvent): string {
  return path.replace(/[?#].*$/s, '');
}
