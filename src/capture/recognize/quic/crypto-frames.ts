import { Cursor } from '../cursor.js';
import { readVarint } from './varint.js';

/** A part of the handshake's bytes (RFC 9000 §19.6). */
export interface CryptoFrame {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const PADDING = 0x00;
const PING = 0x01;
const ACK = 0x02;
const ACK_ECN = 0x03;
const CRYPTO = 0x06;
const CONNECTION_CLOSE = 0x1c;

/** The CRYPTO frames of an Initial's payload; null where a frame is malformed, or may not be there (RFC 9000 §12.4). */
export function readCryptoFrames(payload: Uint8Array): CryptoFrame[] | null {
  const frames: CryptoFrame[] = [];
  for (let at = 0; at < payload.length; ) {
    if (payload[at] === PADDING) {
      at += 1;
      continue;
    }
    const cursor = new Cursor(payload.subarray(at));
    const type = readVarint(cursor);
    if (type === CRYPTO) {
      const offset = readVarint(cursor);
      frames.push({ offset, bytes: cursor.take(readVarint(cursor)) });
    } else if (!skipFrame(cursor, type)) return null;
    if (!cursor.ok) return null;
    at += cursor.position;
  }
  return frames;
}

/** False for a frame that no Initial carries. */
function skipFrame(cursor: Cursor, type: number): boolean {
  switch (type) {
    case PING:
      return true;
    case ACK:
    case ACK_ECN: {
      readVarint(cursor); // largest acknowledged
      readVarint(cursor); // delay
      const ranges = readVarint(cursor);
      readVarint(cursor); // first range
      for (let range = 0; range < ranges && cursor.ok; range += 1) {
        readVarint(cursor);
        readVarint(cursor);
      }
      for (let count = 0; type === ACK_ECN && count < 3; count += 1) readVarint(cursor);
      return true;
    }
    case CONNECTION_CLOSE:
      readVarint(cursor); // error
      readVarint(cursor); // frame type
      cursor.take(readVarint(cursor)); // reason
      return true;
    default:
      return false;
  }
}
