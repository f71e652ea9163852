import { encode } from 'dns-packet';

/** Identifier of the canary's query; it travels on this machine only, so it needs no secrecy. */
const CANARY_ID = 0x6567;

/** What the name of each canary ends in: reserved, so nobody else's (RFC 6761 §6.4). */
export const CANARY_SUFFIX = '.canary.egresslock.invalid';
/** The canary's port on the gateway's own address; any that is not 53 would do. */
export const CANARY_PORT = 9;

/** A query for the canary's name, as it goes over UDP. */
export function canaryQuery(name: string): Uint8Array {
  return encode({ type: 'query', id: CANARY_ID, flags: 0x100, questions: [{ type: 'A', name }] });
}
