import { isLoopback } from '../../model/loopback.js';
import type { Protocol } from '../../model/transport.js';
import { isPrivateName, privateKind } from './address-kind.js';
import { SERVICE_PORTS, SSH_OVER_HTTPS_PORT } from './lists/service-ports.js';
import { ACCEPT } from './phrases.js';
import type { Scene, Visit } from './scene.js';
import type { Grade } from './severities.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

/** Protocols that have a port of their own, so that on a port of nobody's they are hiding or at least astray. */
const AT_HOME_ELSEWHERE: ReadonlySet<Protocol> = new Set(['dns', 'git', 'smtp', 'socks', 'ssh']);

/** Bytes on a port that are not those of its service, and protocols that no build needs on any port. */
export function protocolPortMismatch({ visits }: Scene): Sighting[] {
  return visits.flatMap((visit) => {
    const found = visit.isAccepted ? null : judge(visit);
    if (found === null || staysHere(visit)) return [];
    return [
      visitSighting(visit, 'protocol-port-mismatch', {
        grade: found.grade,
        message: `${found.what}: \`${visit.label}\`${visit.who.by}`,
        help: `${found.help}; ${ACCEPT}`,
      }),
    ];
  });
}

function staysHere({ host, destination }: Visit): boolean {
  return host === 'localhost' || isLoopback(host) || destination.addresses.some(isLoopback);
}

function judge(visit: Visit): { readonly grade: Grade; readonly what: string; readonly help: string } | null {
  const { host, destination, who } = visit;
  const { port, protocol } = destination;
  if (port === null || protocol === 'none') return null;
  if (protocol === 'ldap' || protocol === 'rmi') {
    const what = `${protocol.toUpperCase()} to a stranger, as a JNDI look-up that loads code would (Log4Shell)`;
    return { grade: 'high', what, help: 'find the text that was logged or looked up' };
  }
  if (protocol === 'stratum')
    return { grade: 'high', what: 'mining protocol stratum', help: 'no build mines: look at who started it' };
  const service = SERVICE_PORTS.get(port);
  if (service !== undefined && !service.protocols.includes(protocol)) {
    if (protocol === 'ssh' && SSH_OVER_HTTPS_PORT.has(host)) return null;
    const what = `${named(protocol)} on the port of ${service.name}`;
    return { grade: 'medium', what, help: 'a filter by port takes it for something else' };
  }
  const isAstray = service === undefined && (protocol === 'http' || AT_HOME_ELSEWHERE.has(protocol));
  if (isAstray) {
    const clear = protocol === 'http' ? 'clear-text HTTP' : named(protocol);
    return {
      grade: 'low',
      what: `${clear} on port ${port}`,
      help: 'no service of that kind is at home there',
    };
  }
  const isOutside = !isPrivateName(host) && privateKind(host) === null;
  if (protocol === 'http' && who.attribution.manager !== null && isOutside) {
    const what = `${who.attribution.manager} fetches in clear text`;
    return { grade: 'low', what, help: 'whoever is on the way can put other code in its place: use HTTPS' };
  }
  return null;
}

function named(protocol: Protocol): string {
  return protocol === 'unknown' ? 'an unknown protocol' : protocol.toUpperCase();
}
