import type { DnsEvent } from '../../model/event.js';
import { verdictOf } from '../gateway/connection-event.js';
import type { QueryRecord } from './resolver.js';

/** The event of one query. @param known What the resolver can't know of it */
export function queryEvent(
  query: QueryRecord,
  known: Pick<DnsEvent, 'id' | 'at' | 'actorId' | 'ownResolver'>,
): DnsEvent {
  const { name, meant, type, transport, server, rcode, failure, cnames, answers, durationMs } = query;
  return {
    kind: 'dns',
    ...known,
    name,
    meant,
    type,
    transport,
    server: server.address,
    port: server.port,
    rcode,
    failure,
    cnames,
    answers,
    ...verdictOf(query.ruling),
    durationMs,
  };
}
