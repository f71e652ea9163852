/** Splits a byte stream into DNS messages with a two-byte length before each (RFC 1035 §4.2.2). */
export interface FrameReader {
  /** Whole messages that the chunk completes. */
  push(chunk: Buffer): Buffer[];
}

export function createFrameReader(): FrameReader {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push: (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const messages: Buffer[] = [];
      while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
        const end = 2 + rest.readUInt16BE(0);
        messages.push(Buffer.from(rest.subarray(2, end)));
        rest = rest.subarray(end);
      }
      return messages;
    },
  };
}

/** Puts the length before a message. */
export function frame(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length, 0);
  return Buffer.concat([length, message]);
}
