import type { EgressEvent } from '../../model/event.js';
import { CANARY_PORT, CANARY_SUFFIX } from '../resolver/canary-query.js';

/** The events of a capture without egresslock's own canary, which a capture that it has written begins with. */
export function withoutCanary(events: readonly EgressEvent[]): EgressEvent[] {
  const isCanary = (event: EgressEvent): boolean =>
    event.kind === 'dns' && event.name.endsWith(CANARY_SUFFIX);
  const gateways = new Set(
    events.flatMap((event) => (event.kind === 'dns' && isCanary(event) ? [event.server] : [])),
  );
  const isCall = (event: EgressEvent): boolean =>
    event.kind === 'connection' && event.port === CANARY_PORT && gateways.has(event.address);
  return events.filter((event) => !isCanary(event) && !isCall(event));
}
