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
  /**
   * What all bytes so far say, and whether it is final. Unlike the result of `push` it goes on changing behind the maximum
   * of what comes back; at the maximum of what is sent it is lost.
   */
  judgement(): Judgement;
  /** No more bytes will come, or nobody waits for them: the best that is known, for good. */
  end(): Recognition;
}

export function createFirstBytes(): FirstBytes {
  const sent = new Window(MAX_SENT);
  const received = new Window(MAX_RECEIVED);
  let result: Recognition | null = null;
  let final: Judgement | null = null;

  const judge = (): Judgement => {
    if (final !== null) return final;
    const judgement = recognize(sent.bytes, received.bytes);
    return judgement.state === 'open' && sent.full ? { ...judgement, state: 'lost' } : judgement;
  };
  const settle = (judgement: Judgement): Recognition => {
    final = judgement;
    result ??= judgement.recognition;
    sent.clear();
    received.clear();
    return result;
  };

  return {
    push(direction, chunk) {
      const window = direction === 'sent' ? sent : received;
      if (final !== null || window.full) return result;
      window.append(chunk);
      const judgement = judge();
      if (judgement.state !== 'open') return settle(judgement);
      if (received.full) result ??= judgement.recognition;
      return result;
    },
    soFar() {
      return result ?? judge().recognition;
    },
    judgement: judge,
    end() {
      return settle(judge());
    },
  };
}
