import { createCipheriv } from 'node:crypto';
import { deriveClientKeys } from '../../../../src/capture/recognize/quic/initial-keys.js';
import { quicVersion } from '../../../../src/capture/recognize/quic/versions.js';

export const VERSION_2 = 0x6b3343cf;

export interface InitialOptions {
  readonly version?: number;
  /** Connection id of which the keys are made, where it is not the one in the header. */
  readonly original?: Buffer;
  readonly destination?: Buffer;
  readonly frames: Buffer;
  readonly number?: number;
  readonly token?: Buffer;
  /** Bytes of the whole datagram. */
  readonly size?: number;
}

/** A client's Initial, protected as RFC 9001 §5 says, and padded to fill its datagram. */
export function protectInitial(options: InitialOptions): Buffer {
  const { version = 1, frames, number = 0, token = Buffer.alloc(0), size = 1200 } = options;
  const { destination = Buffer.from('8394c8f03e515708', 'hex') } = options;
  const known = quicVersion(version)!;
  const keys = deriveClientKeys(known, options.original ?? destination);
  const numberLength = 4;
  const before = Buffer.alloc(7 + destination.length + 1 + token.length);
  before[0] = 0xc0 | known.initialType | (numberLength - 1);
  before.writeUInt32BE(version, 1);
  before[5] = destination.length;
  before.set(destination, 6);
  before[7 + destination.length] = token.length;
  before.set(token, 8 + destination.length);
  const length = Buffer.alloc(2);
  const numberBytes = Buffer.alloc(numberLength);
  numberBytes.writeUInt32BE(number);
  const payloadLength = size - before.length - 2 - numberLength - 16;
  length.writeUInt16BE(0x4000 | (numberLength + payloadLength + 16));
  const header = Buffer.concat([before, length, numberBytes]);
  const payload = Buffer.concat([frames, Buffer.alloc(payloadLength - frames.length)]);
  const nonce = Buffer.from(keys.iv);
  for (let at = 0; at < numberLength; at += 1) nonce[8 + at]! ^= numberBytes[at]!;
  const cipher = createCipheriv('aes-128-gcm', keys.key, nonce);
  cipher.setAAD(header);
  const packet = Buffer.concat([header, cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
  const numberAt = before.length + 2;
  const sample = packet.subarray(numberAt + 4, numberAt + 20);
  const mask = createCipheriv('aes-128-ecb', keys.hp, null).setAutoPadding(false).update(sample);
  packet[0]! ^= mask[0]! & 0x0f;
  for (let at = 0; at < numberLength; at += 1) packet[numberAt + at]! ^= mask[1 + at]!;
  return packet;
}
