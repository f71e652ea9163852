/** One character per byte, so that no byte is lost or merged as in a lossy decoding. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/** As `latin1`, with a backslash and all that is not printable ASCII as `\xNN`: safe in a journal and on a terminal. */
export function printable(bytes: Uint8Array): string {
  return latin1(bytes).replace(
    /[^ -[\]-~]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

export type Prefix = 'yes' | 'no' | 'so-far';

/** Whether bytes begin with an ASCII text; `so-far` where they are a shorter, fitting beginning. */
export function beginsWith(bytes: Uint8Array, text: string): Prefix {
  const length = Math.min(bytes.length, text.length);
  for (let index = 0; index < length; index += 1) {
    if (bytes[index] !== text.charCodeAt(index)) return 'no';
  }
  return bytes.length < text.length ? 'so-far' : 'yes';
}
