import { done, NO_MATCH, needMore, type Parsed } from '../parsed.js';
import { SparseBytes } from '../sparse-bytes.js';
import { type ClientHello, readClientHello } from '../tls-client-hello.js';
import { MAX_HELLO } from '../tls-records.js';
import { type CryptoFrame, readCryptoFrames } from './crypto-frames.js';
import { deriveClientKeys } from './initial-keys.js';
import { type ProtectedInitial, readInitials } from './long-packets.js';
import { unprotect } from './unprotect.js';

/** What a client's Initial packets say; all of it claims. */
export type QuicHello = ClientHello;

/** Reads the ClientHello out of the datagrams of one flow. Never throws, whatever the bytes. */
export interface QuicInitials {
  /**
   * Takes the next datagram that the client sent. `need-more` while the hello is not whole, `no-match` where the flow does
   * not begin with an Initial that can be read; both other states are final.
   */
  push(datagram: Uint8Array): Parsed<QuicHello>;
  /**
   * Whether the Initials of a later datagram, if there are any, belong to the connection whose hello was read, and repeat
   * of it what was read: one flow may carry many connections, each with a hello of its own (RFC 9000 §5.2).
   */
  continues(datagram: Uint8Array): boolean;
  /** Bytes that are held. */
  readonly held: number;
}

/** A hello fills two datagrams; with losses and probes it may take some more, and no client sends so many. */
const MAXIMUM_DATAGRAMS = 32;
/** RFC 9000 §14.1: a server drops an Initial in a smaller datagram, so that it says nothing to anybody. */
const MINIMUM_DATAGRAM = 1200;
const HANDSHAKE_HEADER = 4;
const CLIENT_HELLO = 1;
const NOTHING = new Uint8Array(0);
/** Clients are known to cut their hello in a dozen frames or more, so that nobody relies on its order. */
const MAXIMUM_PIECES = 256;

export function createQuicInitials(): QuicInitials {
  const stream = new SparseBytes({ bytes: HANDSHAKE_HEADER + MAX_HELLO, pieces: MAXIMUM_PIECES });
  let datagrams = 0;
  /** Connection id that the keys are made of; null before the first packet. */
  let original: Uint8Array | null = null;
  let result: Parsed<QuicHello> = needMore('quic');
  /** The message that was read, with its header. */
  let message: Uint8Array | null = null;

  const openKnown = (packet: ProtectedInitial): Uint8Array | null =>
    original === null ? null : unprotect(packet, deriveClientKeys(packet.version, original));

  const open = (packet: ProtectedInitial): Uint8Array | null => {
    const known = openKnown(packet);
    if (known !== null) return known;
    // The first one, or the first one after a Retry, which the client answers with the server's id (RFC 9001 §5.2).
    const payload = unprotect(packet, deriveClientKeys(packet.version, packet.destination));
    if (payload === null) return null;
    // After it all is said once more (RFC 9000 §17.2.5.3): of two connections no hello is put together.
    stream.clear();
    original = Uint8Array.from(packet.destination);
    return payload;
  };

  const take = (datagram: Uint8Array): Parsed<QuicHello> => {
    datagrams += 1;
    for (const packet of datagram.length < MINIMUM_DATAGRAM ? [] : readInitials(datagram)) {
      const payload = open(packet);
      const frames = payload === null ? null : readCryptoFrames(payload);
      for (const { offset, bytes } of frames ?? []) {
        if (!stream.insert(offset, bytes)) return NO_MATCH;
      }
    }
    if (original === null || datagrams > MAXIMUM_DATAGRAMS) return NO_MATCH;
    message = messageIn(stream);
    if (message === null) return needMore('quic');
    return message.length === 0 ? NO_MATCH : done(readClientHello(message.subarray(HANDSHAKE_HEADER)));
  };

  return {
    push(datagram) {
      if (result.state === 'need-more') {
        result = take(datagram);
        if (result.state !== 'need-more') stream.clear();
      }
      return result;
    },
    continues(datagram) {
      return readInitials(datagram).every((packet) => {
        const payload = openKnown(packet);
        const frames = payload === null ? null : readCryptoFrames(payload);
        return frames?.every((frame) => repeats(frame, message ?? NOTHING)) === true;
      });
    },
    get held() {
      return stream.held;
    },
  };
}

/** The handshake's first message once it is whole; null before, empty where it is no hello. */
function messageIn(stream: SparseBytes): Uint8Array | null {
  const header = stream.whole(HANDSHAKE_HEADER);
  if (header === null) return null;
  const [type, high = 0, middle = 0, low = 0] = header;
  const length = high * 65_536 + middle * 256 + low;
  if (type !== CLIENT_HELLO || length > MAX_HELLO) return NOTHING;
  return stream.whole(HANDSHAKE_HEADER + length);
}

/** Whether a frame has the message's own bytes wherever it overlaps it. */
function repeats({ offset, bytes }: CryptoFrame, message: Uint8Array): boolean {
  const overlap = message.subarray(offset, offset + bytes.length);
  return overlap.every((byte, index) => byte === bytes[index]);
}
