import type { ConnectionEvent, Disagreement } from '../../model/event.js';
import type { Scene, Visit } from './scene.js';
import type { Grade } from './severities.js';
import type { Sighting } from './sighting.js';
import { visitSighting } from './visit-sighting.js';

/**
 * A connection that names one host and goes to another. The lock can't accept that: it would be accepted for whatever
 * stands behind the good name.
 */
export function sniMismatch({ visits }: Scene): Sighting[] {
  return visits.flatMap((visit) => {
    const found = gravest(visit);
    if (found === null) return [];
    const more = found.count > 1 ? ` (${found.count} connections)` : '';
    return [
      visitSighting(visit, 'sni-mismatch', {
        grade: found.grade,
        message: `\`${visit.label}\`${visit.who.by}: ${found.what}${more}`,
        help: 'a firewall by SNI or Host would see the one name and let it through to the other: look at why they differ',
      }),
    ];
  });
}

function gravest(
  visit: Visit,
): { readonly grade: Grade; readonly what: string; readonly count: number } | null {
  const flows = visit.flows.filter(
    (flow): flow is ConnectionEvent =>
      flow.kind === 'connection' && flow.hostSource !== 'loopback' && flow.disagreements.length > 0,
  );
  const told = flows.flatMap((flow) => flow.disagreements.map((one) => tell(one, flow)));
  const first = told.find((one) => one.grade === 'high') ?? told[0];
  return first === undefined ? null : { ...first, count: flows.length };
}

function tell(
  { kind, left, right }: Disagreement,
  flow: ConnectionEvent,
): { readonly grade: Grade; readonly what: string } {
  switch (kind) {
    case 'sni-resolved':
      return {
        grade: 'high',
        what: `its TLS hello asks for \`${left}\`, its address was that of \`${right}\``,
      };
    case 'host-sni':
      return { grade: 'high', what: `its Host is \`${left}\`, its TLS hello asks for \`${right}\`` };
    case 'host-resolved': {
      // An address that nobody asked a name for is found by itself; its Host says little more.
      const grade = right === flow.address ? 'low' : 'medium';
      return { grade, what: `its Host is \`${left}\`, its address was that of \`${right}\`` };
    }
    case 'notified-accepted':
      return { grade: 'high', what: `it asked for ${left} and went to ${right}` };
  }
}
