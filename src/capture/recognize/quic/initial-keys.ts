import { ciphers } from './ciphers.js';
import type { QuicVersion } from './versions.js';

/** What protects the packets that a client sends before any key was agreed on. */
export interface InitialKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  /** For the header. */
  readonly hp: Uint8Array;
}

const HASH = 'sha256';
const HASH_LENGTH = 32;

/**
 * The client's keys (RFC 9001 §5.2), which anybody can derive: they keep nothing secret.
 * @param destination Connection id of the client's first Initial, or of the first one after a Retry
 */
export function deriveClientKeys(version: QuicVersion, destination: Uint8Array): InitialKeys {
  const initial = ciphers().createHmac(HASH, version.salt).update(destination).digest();
  const client = expandLabel(initial, 'client in', HASH_LENGTH);
  return {
    key: expandLabel(client, `${version.label}key`, 16),
    iv: expandLabel(client, `${version.label}iv`, 12),
    hp: expandLabel(client, `${version.label}hp`, 16),
  };
}

/** HKDF-Expand-Label without a context (RFC 8446 §7.1) for at most one block of the hash (RFC 5869 §2.3). */
function expandLabel(secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.of(0, length, name.length), name, Buffer.of(0)]);
  return ciphers().createHmac(HASH, secret).update(info).update(Buffer.of(1)).digest().subarray(0, length);
}
