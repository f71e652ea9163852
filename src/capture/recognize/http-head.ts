/** Node's own default maximum for a head (`--max-http-header-size`); servers commonly allow 8 to 32 KiB. */
export const MAX_HEAD = 16_384;

/** A field name is a token (RFC 9110 §5.6.2) with its colon at once: a blank between them is refused (RFC 9112 §5.1). */
const NAME = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):/;
/** RFC 9110 §5.5 names CR, LF and NUL. */
const DANGEROUS = /[\r\0]/;

export interface Field {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

export interface Head {
  /** First line without its end. */
  readonly start: string;
  /** Null where one is malformed or folded (RFC 9112 §5.2): peers differ in how they read such a head. */
  readonly fields: readonly Field[] | null;
  /** Bytes of the head with its blank line. */
  readonly length: number;
}

/**
 * The head of an HTTP/1.x message, with lines that end in CRLF or in LF alone (RFC 9112 §2.2).
 * @returns null while its blank line has not come, `too-long` where it does not come within `MAX_HEAD` bytes.
 */
export function readHead(bytes: Uint8Array): Head | 'too-long' | null {
  const window = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_HEAD));
  const length = endOfHead(window);
  if (length === null) return window.length < MAX_HEAD ? null : 'too-long';
  const lines = window
    .toString('latin1', 0, length)
    .split('\n')
    .slice(0, -2)
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  return { start: lines[0] ?? '', fields: readFields(lines.slice(1)), length };
}

function endOfHead(window: Buffer): number | null {
  const strict = window.indexOf('\n\r\n', 0, 'latin1');
  const lenient = window.indexOf('\n\n', 0, 'latin1');
  if (strict === -1 && lenient === -1) return null;
  if (lenient === -1 || (strict !== -1 && strict < lenient)) return strict + 3;
  return lenient + 2;
}

function readFields(lines: readonly string[]): readonly Field[] | null {
  const fields: Field[] = [];
  for (const line of lines) {
    const match = DANGEROUS.test(line) ? null : NAME.exec(line);
    if (match === null) return null;
    const [prefix, name = ''] = match;
    fields.push({ name: name.toLowerCase(), value: trimBlanks(line.slice(prefix.length)) });
  }
  return fields;
}

/** By index: a pattern that trims both ends takes quadratic time on a long run of blanks inside. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

/** The value of a field that may be given once; null where it is missing, or is given twice with different values. */
export function singleValue(fields: readonly Field[], name: string): string | null {
  const values = fields.filter((field) => field.name === name).map((field) => field.value);
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}
