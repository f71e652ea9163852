import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const RECORD_HEADER = 5;
const HANDSHAKE_HEADER = 4;
/** RFC 8446 §5.1: a plaintext record carries at most 2^14 bytes. */
const MAX_FRAGMENT = 16_384;
/** A hello with a hybrid key share is about 2 KiB, with a large session ticket about 4; more than a record is no client's. */
export const MAX_HELLO = 16_384;
/** Record versions from SSL 3.0 (0x0300) to TLS 1.3's own number (0x0304), RFC 8446 appendix D. */
const MAX_MINOR_VERSION = 4;

/**
 * Puts the body of a ClientHello together from record fragments (RFC 8446 §5.1). The value is null where the
 * bytes are a ClientHello's beginning, but the records break off, or the message is larger than the maximum.
 */
export function readClientHelloBody(bytes: Uint8Array): Parsed<Uint8Array | null> {
  if (!mayBeRecord(bytes, 0)) return NO_MATCH;
  let at = 0;
  let held = 0;
  let header = 0;
  while (at + RECORD_HEADER <= bytes.length) {
    const size = recordSize(bytes, at);
    if (size === null) return at === 0 ? NO_MATCH : done(null);
    const start = at + RECORD_HEADER;
    const available = Math.min(size, bytes.length - start);
    for (let index = 0; index < available && held + index < HANDSHAKE_HEADER; index += 1) {
      header = header * 256 + (bytes[start + index] ?? 0);
      if (held + index === 0 && header !== CLIENT_HELLO) return NO_MATCH;
    }
    held += available;
    if (held >= HANDSHAKE_HEADER) {
      const length = header - CLIENT_HELLO * 2 ** 24;
      if (length > MAX_HELLO) return done(null);
      if (held >= HANDSHAKE_HEADER + length) return done(collect(bytes, length));
    }
    at = start + size;
  }
  return needMore(held > 0 ? 'tls' : null);
}

function mayBeRecord(bytes: Uint8Array, at: number): boolean {
  return (
    (bytes[at] ?? HANDSHAKE_RECORD) === HANDSHAKE_RECORD &&
    (bytes[at + 1] ?? 3) === 3 &&
    (bytes[at + 2] ?? 0) <= MAX_MINOR_VERSION
  );
}

/** Length of the fragment of a handshake record; null where the header is not one's. Empty ones are forbidden. */
function recordSize(bytes: Uint8Array, at: number): number | null {
  if (!mayBeRecord(bytes, at)) return null;
  const size = (bytes[at + 3] ?? 0) * 256 + (bytes[at + 4] ?? 0);
  return size > 0 && size <= MAX_FRAGMENT ? size : null;
}

/** Second pass over records that were walked once, so that waiting for bytes copies nothing. */
function collect(bytes: Uint8Array, length: number): Uint8Array {
  const message = new Uint8Array(HANDSHAKE_HEADER + length);
  let held = 0;
  for (let at = 0; held < message.length; ) {
    const size = recordSize(bytes, at) ?? 0;
    const start = at + RECORD_HEADER;
    const fragment = bytes.subarray(start, start + Math.min(size, message.length - held));
    message.set(fragment, held);
    held += fragment.length;
    at = start + size;
  }
  return message.subarray(HANDSHAKE_HEADER);
}
