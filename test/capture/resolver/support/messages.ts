/* DNS messages by hand (RFC 1035 §4.1), so that no library decides what a test may send. */

export const TYPE = {
  A: 1,
  CNAME: 5,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  OPT: 41,
  SVCB: 64,
  HTTPS: 65,
} as const;
export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
/** A pointer to the question's name. */
export const QUESTION_NAME = Buffer.from([0xc0, 12]);

export function uint16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => {
    bytes.writeUInt16BE(value, index * 2);
  });
  return bytes;
}

/** A name on the wire; a label may be bytes. */
export function wireName(labels: string | readonly Uint8Array[]): Buffer {
  const parts = typeof labels === 'string' ? labels.split('.').map((label) => Buffer.from(label)) : labels;
  return Buffer.concat([...parts.flatMap((part) => [Buffer.of(part.length), part]), Buffer.of(0)]);
}

export interface Record {
  readonly name?: Buffer;
  readonly type: number;
  /** UDP payload size where the type is OPT. */
  readonly class?: number;
  readonly data: Uint8Array;
}

function encodeRecord(record: Record): Buffer {
  const fixed = uint16(record.type, record.class ?? 1, 0, 60, record.data.length);
  return Buffer.concat([record.name ?? QUESTION_NAME, fixed, record.data]);
}

export interface QueryOptions {
  readonly id?: number;
  readonly type?: number;
  /** UDP payload size of an OPT record; no OPT without it. */
  readonly payload?: number;
}

export function query(name: string | Buffer, options: QueryOptions = {}): Buffer {
  const { id = 0x1234, type = TYPE.A, payload } = options;
  const opt =
    payload === undefined
      ? []
      : [{ name: Buffer.of(0), type: TYPE.OPT, class: payload, data: Buffer.alloc(0) }];
  return Buffer.concat([
    uint16(id, 0x0100, 1, 0, 0, opt.length),
    typeof name === 'string' ? wireName(name) : name,
    uint16(type, 1),
    ...opt.map(encodeRecord),
  ]);
}

export interface AnswerOptions {
  readonly rcode?: number;
  readonly truncated?: boolean;
  readonly answers?: readonly Record[];
  readonly authority?: readonly Record[];
  readonly additional?: readonly Record[];
}

/** An answer to a query of `query`, with its question. */
export function answerTo(asked: Buffer, options: AnswerOptions = {}): Buffer {
  const { rcode = RCODE.NOERROR, truncated = false, answers = [], authority = [], additional = [] } = options;
  const questionEnd = asked.indexOf(0, 12) + 5;
  return Buffer.concat([
    asked.subarray(0, 2),
    uint16(0x8180 | rcode | (truncated ? 0x0200 : 0), 1, answers.length, authority.length, additional.length),
    asked.subarray(12, questionEnd),
    ...[...answers, ...authority, ...additional].map(encodeRecord),
  ]);
}

export function a(address: string): Record {
  return { type: TYPE.A, data: Uint8Array.from(address.split('.'), Number) };
}

export function rcodeOf(message: Buffer): number {
  return message.readUInt16BE(2) & 0xf;
}

export function isTruncated(message: Buffer): boolean {
  return (message.readUInt16BE(2) & 0x0200) !== 0;
}

export function answerCount(message: Buffer): number {
  return message.readUInt16BE(6);
}
