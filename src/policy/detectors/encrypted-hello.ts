import type { ConnectionEvent } from '../../model/event.js';
import type { Scene } from './scene.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

/**
 * TLS hellos with an encrypted_client_hello extension (draft-ietf-tls-esni), which may hide the real name. Browsers send
 * the same bytes without meaning (GREASE, §6.2 there), so an accepted place is left alone while the name outside is one
 * that was asked for.
 */
export function encryptedHello({ visits }: Scene): Sighting[] {
  return visits.flatMap((visit) => {
    const hellos = visit.flows.filter(
      (flow): flow is ConnectionEvent =>
        flow.kind === 'connection' && flow.ech && flow.hostSource !== 'loopback',
    );
    const odd = hellos.find((flow) => flow.disagreements.some(({ kind }) => kind === 'sni-resolved'));
    if (hellos.length === 0 || (visit.isAccepted && odd === undefined)) return [];
    const outside = odd === undefined ? 'may hide' : `shows \`${odd.sni}\` and may hide`;
    return [
      visitSighting(visit, 'encrypted-hello', {
        grade: odd === undefined ? 'low' : 'high',
        message: `the TLS hello to \`${visit.label}\`${visit.who.by} ${outside} another name`,
        help: 'no filter by SNI sees the name inside; encryptedHello: block refuses such hellos in enforce mode',
      }),
    ];
  });
}
