import {
  createFirstBytes,
  type FirstBytes,
  MAX_RECEIVED,
  MAX_SENT,
  type Recognition,
} from '../../recognize/first-bytes.js';
import { Window } from '../../recognize/window.js';

/** Bytes up to which each segment is looked at as it comes. */
const EAGER = 4096;
/** Beyond that, only once so much of what is held has come anew: an eighth. */
const SHARE = 8;

/**
 * Names a flow as `createFirstBytes` does, which looks at all bytes again for each segment: segments of one byte each
 * would cost the square of their number. So it is asked more rarely as the bytes become more. The name is the same, since
 * a result never depends on how the bytes were cut; it is known a little later.
 */
export function createPatientFirstBytes(): FirstBytes {
  const inner = createFirstBytes();
  let waiting: { readonly sent: Window; readonly received: Window } | null = null;
  let waitingBytes = 0;
  let total = 0;
  const flush = (): Recognition | null => {
    let result: Recognition | null = null;
    for (const direction of ['sent', 'received'] as const) {
      const bytes = waiting?.[direction].bytes;
      if (bytes !== undefined && bytes.length > 0) result = inner.push(direction, bytes);
    }
    waiting = null;
    waitingBytes = 0;
    return result;
  };
  return {
    push(direction, chunk) {
      total += chunk.length;
      if (total <= EAGER) return inner.push(direction, chunk);
      waiting ??= { sent: new Window(MAX_SENT), received: new Window(MAX_RECEIVED) };
      waiting[direction].append(chunk);
      waitingBytes += chunk.length;
      return waitingBytes >= total / SHARE ? flush() : null;
    },
    soFar() {
      flush();
      return inner.soFar();
    },
    judgement() {
      flush();
      return inner.judgement();
    },
    end() {
      flush();
      return inner.end();
    },
  };
}
