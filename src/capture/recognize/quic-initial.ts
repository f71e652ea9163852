import { Cursor } from './cursor.js';
import { quicVersion } from './quic/versions.js';

/** Header form and fixed bit, RFC 9000 §17.2. */
const LONG_HEADER = 0xc0;
const TYPE_BITS = 0x30;
/** Drafts carry their number in the last byte. */
const DRAFT = 0xff0000;
const DRAFT_INITIAL = 0x00;
/** RFC 9000 §14.1: a client pads the datagram with its Initial to at least this. */
const MIN_DATAGRAM = 1200;
/** RFC 9000 §7.2: of the destination's connection id that a client makes up. */
const MIN_DESTINATION_ID = 8;
/** RFC 9000 §17.2. */
const MAX_CONNECTION_ID = 20;

/** Whether a whole datagram is a client's first: a long header of type Initial of a known version. */
export function isQuicInitial(datagram: Uint8Array): boolean {
  if (datagram.length < MIN_DATAGRAM) return false;
  const cursor = new Cursor(datagram);
  const first = cursor.uint(1);
  const initial = initialTypeOf(cursor.uint(4));
  if ((first & LONG_HEADER) !== LONG_HEADER || (first & TYPE_BITS) !== initial) return false;
  const destination = cursor.vector(1).length;
  const source = cursor.vector(1).length;
  return destination >= MIN_DESTINATION_ID && destination <= MAX_CONNECTION_ID && source <= MAX_CONNECTION_ID;
}

function initialTypeOf(version: number): number | null {
  const isDraft = Math.floor(version / 256) === DRAFT;
  return quicVersion(version)?.initialType ?? (isDraft ? DRAFT_INITIAL : null);
}
