import { concat } from './bytes.js';

export function uint(size: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return new Uint8Array(bytes);
}

export function vector(size: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(...parts);
  return concat(uint(size, content.length), content);
}

export function extension(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return concat(uint(2, type), vector(2, ...parts));
}

export function serverName(name: Uint8Array): Uint8Array {
  return extension(0, vector(2, uint(1, 0), vector(2, name)));
}

/** A ClientHello message (RFC 8446 §4.1.2) with the given extensions, null for a hello without the block. */
export function helloMessage(extensions: readonly Uint8Array[] | null, sessionId = 0): Uint8Array {
  const body = concat(
    uint(2, 0x0303),
    new Uint8Array(32).fill(7),
    vector(1, new Uint8Array(sessionId)),
    vector(2, uint(2, 0x1301)),
    vector(1, uint(1, 0)),
    extensions === null ? new Uint8Array(0) : vector(2, ...extensions),
  );
  return concat(uint(1, 1), vector(3, body));
}

/** A message cut into handshake records with fragments of at most `size` bytes. */
export function records(message: Uint8Array, size = 16_384): Uint8Array {
  const cut: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += size) {
    cut.push(uint(1, 22), uint(2, 0x0301), vector(2, message.subarray(at, at + size)));
  }
  return concat(...cut);
}
