import { done, NO_MATCH, needMore, type Parsed } from '../parsed.js';
import { SparseBytes } from '../sparse-bytes.js';
import { type ClientHello, readClientHello } from '../tls-client-hello.js';
import { MAX_HELLO } from '../tls-records.js';
import { readCryptoFrames } from './crypto-frames.js';
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
  /** Bytes that are held. */
  readonly held: number;
}

/** A hello fills two datagrams; with losses and probes it may take some more, and no client sends so many. */
const MAXIMUM_DATAGRAMS = 32;
const HANDSHAKE_HEADER = 4;
const CLIENT_HELLO = 1;
/** Clients are known to cut their hello in a dozen frames or more, so that nobody relies on its order. */
const MAXIMUM_PIECES = 256;

export function createQuicInitials(): QuicInitials {
  const stream = new SparseBytes({ bytes: HANDSHAKE_HEADER + MAX_HELLO, pieces: MAXIMUM_PIECES });
  let datagrams = 0;
  /** Connection id that the keys are made of; null before the first packet. */
  let original: Uint8Array | null = null;
  let result: Parsed<QuicHello> = needMore('quic');

  const open = (packet: ProtectedInitial): Uint8Array | null => {
    if (original !== null) {
      const payload = unprotect(packet, deriveClientKeys(packet.version, original));
      if (payload !== null) return payload;
    }
    // The first one, or the first one after a Retry, which the client answers with the server's id (RFC 9001 §5.2).
    const payload = unprotect(packet, deriveClientKeys(packet.version, packet.destination));
    if (payload !== null) original = Uint8Array.from(packet.destination);
    return payload;
  };

  const take = (datagram: Uint8Array): Parsed<QuicHello> => {
    datagrams += 1;
    for (const packet of readInitials(datagram)) {
      const payload = open(packet);
      const frames = payload === null ? null : readCryptoFrames(payload);
      for (const { offset, bytes } of frames ?? []) {
        if (!stream.insert(offset, bytes)) return NO_MATCH;
      }
    }
    if (original === null || datagrams > MAXIMUM_DATAGRAMS) return NO_MATCH;
    return helloOf(stream);
  };

  return {
    push(datagram) {
      if (result.state === 'need-more') {
        result = take(datagram);
        if (result.state !== 'need-more') stream.clear();
      }
      return result;
    },
    get held() {
      return stream.held;
    },
  };
}

function helloOf(stream: SparseBytes): Parsed<QuicHello> {
  const header = stream.whole(HANDSHAKE_HEADER);
  if (header === null) return needMore('quic');
  const [type, high = 0, middle = 0, low = 0] = header;
  const length = high * 65_536 + middle * 256 + low;
  if (type !== CLIENT_HELLO || length > MAX_HELLO) return NO_MATCH;
  const message = stream.whole(HANDSHAKE_HEADER + length);
  return message === null ? needMore('quic') : done(readClientHello(message.subarray(HANDSHAKE_HEADER)));
}
