/** RFC 5905 §7.2. */
export const NTP_PORT = 123;
/** Without extension fields or a key's digest, which nobody here could answer (RFC 5905 §7.3). */
const LENGTH = 48;
/** Modes. */
const CLIENT = 3;
const SERVER = 4;
/** Before 4 they are older than RFC 5905, and read the same. */
const VERSIONS = { first: 1, last: 4 } as const;
/** As of a server with a clock of its own, which nobody has set (RFC 4330 §4). */
const STRATUM = 1;
const REFERENCE = Buffer.from('LOCL');
/** The clock tells milliseconds, 2^-10 s. */
const PRECISION = -10;
/** Where the fields begin (RFC 5905 §7.3). */
const AT = { poll: 2, precision: 3, reference: 12, updated: 16, origin: 24, received: 32, sent: 40 } as const;
/** Seconds from 1900, where NTP begins, to 1970. */
const SINCE_1900 = 2_208_988_800;
const ERA = 2 ** 32;

/**
 * The time, for a client that asks for it by (S)NTP; null for any other datagram.
 * @param clock Milliseconds since 1970
 */
export function answerTime(request: Uint8Array, clock: number): Buffer | null {
  const [first = 0] = request;
  const version = (first >> 3) & 7;
  const isKnown = version >= VERSIONS.first && version <= VERSIONS.last;
  if (request.length !== LENGTH || (first & 7) !== CLIENT || !isKnown) return null;
  const answer = Buffer.alloc(LENGTH);
  answer.set([(version << 3) | SERVER, STRATUM, request[AT.poll] ?? 0]);
  answer.writeInt8(PRECISION, AT.precision);
  answer.set(REFERENCE, AT.reference);
  // By its own time of sending the client knows the answer to be for it.
  answer.set(request.subarray(AT.sent), AT.origin);
  for (const at of [AT.updated, AT.received, AT.sent]) writeTime(answer, at, clock);
  return answer;
}

/** Seconds, of which 2036 begins a new era, and a fraction (RFC 5905 §6). */
function writeTime(into: Buffer, at: number, clock: number): void {
  const seconds = Math.floor(clock / 1000);
  into.writeUInt32BE((seconds + SINCE_1900) % ERA, at);
  into.writeUInt32BE(Math.floor(((clock - seconds * 1000) / 1000) * ERA), at + 4);
}
