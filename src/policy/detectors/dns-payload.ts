import { strangeness } from './label-statistics.js';

/** What a name may carry beside itself. */
export interface Payload {
  /** Characters of labels that look encoded. */
  readonly characters: number;
  /** Bytes that they may stand for. */
  readonly bytes: number;
  /** True where a label is the hexadecimal form of readable text, which chance does not make. */
  readonly isText: boolean;
}

/** Characters of a label from which chance can be told from habit (see `strangeness`). */
const SHORTEST = 16;
/** Characters of a label of digits alone, which a number or a date rarely has. */
const SHORTEST_NUMBER = 20;
/** Bits of `strangeness`: the odds are 64 to 1 then. */
const STRANGE = 6;
/** Characters of a hexadecimal label that may be text: a user's name is short. All digits must be more. */
const SHORTEST_TEXT = 8;
const SHORTEST_TEXT_OF_DIGITS = 16;
/** What user names, host names, paths and mail addresses are made of. */
const READABLE = /^[A-Za-z0-9._@/=-]*[A-Za-z][A-Za-z0-9._@/=-]*$/;
/** A byte outside of printable ASCII, as events write it (RFC 1035 §5.1). */
const ESCAPED = /\\\d{3}/g;

/** Reads the labels below the domain that somebody owns. */
export function payloadOf(labels: readonly string[]): Payload {
  let characters = 0;
  let bits = 0;
  let isText = false;
  for (const label of labels) {
    const width = bitsPerCharacter(label);
    const text = isHexText(label);
    if (width === null && !text) continue;
    const length = label.replaceAll(ESCAPED, '.').length;
    characters += length;
    bits += length * (text ? 4 : (width ?? 0));
    isText ||= text;
  }
  return { characters, bytes: Math.floor(bits / 8), isText };
}

/** Null where the label looks like a name. */
function bitsPerCharacter(label: string): number | null {
  if (label.startsWith('xn--')) return null;
  if ((label.match(ESCAPED)?.length ?? 0) >= 4) return 8;
  if (/^\d+$/.test(label)) return label.length < SHORTEST_NUMBER ? null : Math.log2(10);
  if (label.length < SHORTEST || strangeness(label) < STRANGE) return null;
  if (/^[0-9a-f]+$/.test(label)) return 4;
  // Names are recorded in lower case, so what was base64 has lost a bit here and there.
  return /^[a-z2-7]+$/.test(label) ? 5 : 6;
}

function isHexText(label: string): boolean {
  const shortest = /^\d+$/.test(label) ? SHORTEST_TEXT_OF_DIGITS : SHORTEST_TEXT;
  if (label.length < shortest || label.length % 2 !== 0 || !/^[0-9a-f]+$/.test(label)) return false;
  return READABLE.test(Buffer.from(label, 'hex').toString('latin1'));
}
