import { readName } from './name-on-wire.js';
import { readRecords } from './wire.js';

const SVCB = 64;
const HTTPS = 65;
/** SvcParamKey `ech` (RFC 9848 §3). */
const ECH = 5;

/**
 * Removes the ECH keys from HTTPS and SVCB answers, so that hellos show their SNI. The message keeps its length:
 * compression pointers elsewhere stay right. The parameter's place is taken by one of a private key number, which
 * a client must ignore (RFC 9460 §8), with the same bytes blanked. Returns the message itself where nothing was removed.
 */
export function stripEch(message: Buffer): Buffer {
  let result: Buffer | null = null;
  for (const section of [0, 2] as const) {
    for (const record of readRecords(message, section)) {
      if (record.type !== SVCB && record.type !== HTTPS) continue;
      const end = record.dataOffset + record.dataLength;
      const target = readName(message, record.dataOffset + 2);
      if (target === null) continue;
      // More than one is against RFC 9460 §2.2, and just as good a hiding place.
      for (;;) {
        const parameter = findParameter(result ?? message, target.next, end);
        if (parameter === null) break;
        result ??= Buffer.from(message);
        moveToEnd(result, parameter, end);
      }
    }
  }
  return result ?? message;
}

interface Parameter {
  readonly start: number;
  readonly end: number;
}

function findParameter(message: Buffer, from: number, end: number): Parameter | null {
  let at = from;
  while (at + 4 <= end) {
    const next = at + 4 + message.readUInt16BE(at + 2);
    if (next > end) return null;
    if (message.readUInt16BE(at) === ECH) return { start: at, end: next };
    at = next;
  }
  return null;
}

/** Last key of the private range (RFC 9460 §14.3.1): above every other that is valid, so the order stays ascending. */
const PRIVATE_KEY = 65_534;

/** Keys must ascend (RFC 9460 §2.2): what follows moves forward, and the blanked parameter becomes the last. */
function moveToEnd(message: Buffer, parameter: Parameter, end: number): void {
  const length = parameter.end - parameter.start;
  message.copyWithin(parameter.start, parameter.end, end);
  const last = end - length;
  message.writeUInt16BE(PRIVATE_KEY, last);
  message.writeUInt16BE(length - 4, last + 2);
  message.fill(0, last + 4, end);
}
