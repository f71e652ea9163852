import type { ConnectionEvent, EgressEvent, RequestEvent } from '../model/event.js';
import type { RunRecord } from '../model/record.js';
import type { ReportAttribution, ReportRequest } from './report-v1.js';

/** The requests that a sinkhole has answered, in the order in which they came. */
export function requestsOf(
  { events }: RunRecord,
  ofEvents: (events: readonly EgressEvent[]) => ReportAttribution[],
): ReportRequest[] {
  const connections = new Map(
    events
      .filter((event): event is ConnectionEvent => event.kind === 'connection')
      .map((event) => [event.id, event]),
  );
  return events
    .filter((event): event is RequestEvent => event.kind === 'request')
    .map((event) => ({
      host: event.host,
      port: event.port,
      protocol: event.protocol,
      method: event.method,
      path: event.path,
      status: event.status,
      headers: event.headers.map(({ name, bytes, value }) => ({ name, bytes, value })),
      bodyBytes: event.bodyBytes,
      body: event.body,
      // What is known of the code behind a flow is known of the connection.
      attributions: ofEvents([connections.get(event.connectionId) ?? event]),
    }));
}
