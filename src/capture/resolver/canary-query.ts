import { encode } from 'dns-packet';

/** Identifier of the canary's query; it travels on this machine only, so it needs no secrecy. */
const CANARY_ID = 0x6567;

/** A query for the canary's name, as it goes over UDP. */
export function canaryQuery(name: string): Uint8Array {
  return encode({ type: 'query', id: CANARY_ID, flags: 0x100, questions: [{ type: 'A', name }] });
}
