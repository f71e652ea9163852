import { ciphers } from './ciphers.js';
import type { InitialKeys } from './initial-keys.js';
import type { ProtectedInitial } from './long-packets.js';

/** The sample begins where the payload would, were the packet's number four bytes long (RFC 9001 §5.4.2). */
const SAMPLE_OFFSET = 4;
const SAMPLE = 16;
const TAG = 16;
/** Of the first byte of a long header, the bits that are protected (RFC 9001 §5.4.1). */
const PROTECTED_BITS = 0x0f;
const NUMBER_LENGTH_BITS = 0x03;

/** The payload of an Initial; null where the keys are not its, or it was damaged. */
export function unprotect({ bytes, numberAt }: ProtectedInitial, keys: InitialKeys): Uint8Array | null {
  const sampleAt = numberAt + SAMPLE_OFFSET;
  if (sampleAt + SAMPLE > bytes.length) return null;
  const mask = headerMask(keys.hp, bytes.subarray(sampleAt, sampleAt + SAMPLE));
  const first = (bytes[0] ?? 0) ^ ((mask[0] ?? 0) & PROTECTED_BITS);
  const payloadAt = numberAt + (first & NUMBER_LENGTH_BITS) + 1;
  const header = Uint8Array.from(bytes.subarray(0, payloadAt));
  header[0] = first;
  for (let at = numberAt; at < payloadAt; at += 1)
    header[at] = (header[at] ?? 0) ^ (mask[1 + at - numberAt] ?? 0);
  const tagAt = bytes.length - TAG;
  if (tagAt < payloadAt) return null;
  const decipher = ciphers().createDecipheriv(
    'aes-128-gcm',
    keys.key,
    nonce(keys.iv, header.subarray(numberAt)),
    {
      authTagLength: TAG,
    },
  );
  decipher.setAAD(header);
  decipher.setAuthTag(bytes.subarray(tagAt));
  const payload = decipher.update(bytes.subarray(payloadAt, tagAt));
  try {
    decipher.final();
    return payload;
  } catch {
    return null;
  }
}

/** RFC 9001 §5.4.3. */
function headerMask(hp: Uint8Array, sample: Uint8Array): Uint8Array {
  return ciphers().createCipheriv('aes-128-ecb', hp, null).setAutoPadding(false).update(sample);
}

/** RFC 9001 §5.3. The number is taken as written: a client's Initials are few, so none of it is left out. */
function nonce(iv: Uint8Array, number: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(iv);
  number.forEach((byte, index) => {
    const at = bytes.length - number.length + index;
    bytes[at] = (bytes[at] ?? 0) ^ byte;
  });
  return bytes;
}
