import type crypto from 'node:crypto';

/** node:crypto, loaded when the first QUIC packet comes: few runs see one, and each start would feel it. */
export function ciphers(): typeof crypto {
  return process.getBuiltinModule('node:crypto');
}
