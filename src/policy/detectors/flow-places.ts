import type { Destination } from '../../model/destination.js';
import type { ConnectionEvent, DatagramEvent } from '../../model/event.js';

/**
 * Finds the destination that a flow was counted to. That is mostly the one of the flow's own host; where a stack has
 * told which of an address's names was meant, it is the destination of that name.
 */
export function flowPlacer(
  destinations: readonly Destination[],
): (flow: ConnectionEvent | DatagramEvent) => Destination | null {
  const byKey = new Map(
    destinations.map((to) => [keyOf(to.host, to.port, to.transport, to.protocol), to] as const),
  );
  return (flow) => {
    const transport = flow.kind === 'connection' ? 'tcp' : 'udp';
    const at = (host: string): Destination | undefined => {
      const found = byKey.get(keyOf(host, flow.port, transport, flow.protocol));
      return found?.addresses.includes(flow.address) === true ? found : undefined;
    };
    for (const host of [flow.host, ...flow.resolvedNames]) {
      const found = at(host);
      if (found !== undefined) return found;
    }
    return null;
  };
}

function keyOf(host: string, port: number | null, transport: string, protocol: string): string {
  return `${host}\0${port}\0${transport}\0${protocol}`;
}
