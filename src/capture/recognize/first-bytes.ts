import { type Judgement, type Recognition, recognize } from './recognition.js';
import { Window } from './window.js';

export type { Recognition } from './recognition.js';

/** Bytes kept of what the command sends: a refused request, its repetition and a hello, each with its own maximum of 16 KiB. */
export const MAX_SENT = 49_152;
/** Bytes kept of what comes back: only greetings and proxies' answers are read of it. */
export const MAX_RECEIVED = 16_384;

export type Direction = 'sent' | 'received';

/** Names the protocol of one TCP flow as its bytes go by. Never throws, whatever the bytes. */
export interface FirstBytes {
  /**
   * Feeds bytes of one direction, which are copied. Returns the recognition once it is certain, or a maximum is
   * reached; null while more bytes could say more. After a result it keeps returning the same one.
   */
  push(direction: Direction, chunk: Uint8Array): Recognition | null;
  /** The best that is known now, without an end to the recognition. */
  soFar(): Recognition;
  /** The same, and whether it is final. */
  judgement(): Judgement;
  /** No more bytes will come, or nobody waits for them: the best that is known, for good. */
  end(): Recognition;
}

export function createFirstBytes(): FirstBytes {
  const sent = new Window(MAX_SENT);
  const received = new Window(MAX_RECEIVED);
  let result: Recognition | null = null;

  const settle = (recognition: Recognition): Recognition => {
    result = recognition;
    sent.clear();
    received.clear();
    return recognition;
  };

  return {
    push(direction, chunk) {
      if (result !== null) return result;
      (direction === 'sent' ? sent : received).append(chunk);
      const { recognition, certain } = recognize(sent.bytes, received.bytes);
      return certain || sent.full || received.full ? settle(recognition) : null;
    },
    soFar() {
      return this.judgement().recognition;
    },
    judgement() {
      return result === null ? recognize(sent.bytes, received.bytes) : { recognition: result, certain: true };
    },
    end() {
      return result ?? settle(recognize(sent.bytes, received.bytes).recognition);
    },
  };
}
