import { isRecord } from '../../model/is-record.js';
import { parseHost } from '../recognize/host.js';
import { SinkholeError } from './sinkhole-error.js';

/** What a request is answered with. */
export interface HttpAnswer {
  /** 200 to 599. */
  readonly status: number;
  /** In order, one entry for each field; names as they were given. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** What of a request chooses its answer. */
export interface AnsweredRequest {
  readonly host: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
}

/** Chooses the answer to a request; total. */
export type HttpAnswers = (request: AnsweredRequest) => HttpAnswer;

/** What everything is answered with that has no answer of its own. */
export const EMPTY_ANSWER: HttpAnswer = { status: 200, headers: [], body: new Uint8Array(0) };

/** Bytes of the whole file: second stages are scripts and small programs, and all of it is held in memory. */
export const MAXIMUM_ANSWERS_FILE = 64 * 1024 * 1024;
/** Answers of one file; they are tried in turn for each request. */
const MAXIMUM_ANSWERS = 1000;
/** Fields of one answer: more than servers send. */
const MAXIMUM_HEADERS = 100;
/** A head must stay below what clients accept (Node: 16 KiB). */
const MAXIMUM_HEAD = 8192;
const KEYS = ['host', 'method', 'path', 'status', 'headers', 'body', 'bodyBase64'];
/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
/** RFC 9110 §5.5, ASCII only. */
const FIELD_VALUE = /^[\t\x20-\x7e]*$/;
/** Fields that describe the connection or the length: the sinkhole's own business (RFC 9110 §7.6.1, §8.6). */
const OWN_FIELDS = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

interface Entry {
  readonly host: string;
  /** Null for any. */
  readonly method: string | null;
  readonly path: string;
  readonly isPrefix: boolean;
  readonly answer: HttpAnswer;
}

/**
 * Reads a file of recorded answers: a JSON list of `{host, method?, path, status, headers?, body? | bodyBase64?}`. A
 * path that ends in `*` stands for all that begin with what is before it. The first entry that fits is the answer.
 * @throws SinkholeError `bad-answers`, which names the entry, what was expected, and what came
 */
export function parseAnswers(text: string): HttpAnswers {
  if (text.length > MAXIMUM_ANSWERS_FILE) {
    throw bad(`at most ${MAXIMUM_ANSWERS_FILE} characters`, String(text.length));
  }
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    throw bad('JSON', cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (!Array.isArray(list) || list.length > MAXIMUM_ANSWERS) {
    throw bad(
      `a list of at most ${MAXIMUM_ANSWERS} answers`,
      Array.isArray(list) ? `${list.length}` : kind(list),
    );
  }
  const entries = list.map((entry: unknown, index) => readEntry(entry, `answer ${index + 1}`));
  return ({ host, method, path }) => {
    const found = entries.find(
      (entry) =>
        entry.host === host &&
        (entry.method === null || entry.method === method) &&
        (entry.isPrefix ? path.startsWith(entry.path) : path === entry.path),
    );
    return found?.answer ?? EMPTY_ANSWER;
  };
}

function readEntry(entry: unknown, place: string): Entry {
  if (!isRecord(entry)) throw bad(`${place}: an object`, kind(entry));
  const unknown = Object.keys(entry).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw bad(`${place}: only ${KEYS.join(', ')}`, JSON.stringify(unknown));
  const { method = null, path, status } = entry;
  const host = typeof entry.host === 'string' ? parseHost(entry.host) : null;
  if (host === null) throw bad(`${place}, host: a host name (IDNA as xn--) or an address`, kind(entry.host));
  if (method !== null && !(typeof method === 'string' && TOKEN.test(method))) {
    throw bad(`${place}, method: a method such as GET`, kind(method));
  }
  if (typeof path !== 'string' || !/^[/*]/.test(path)) {
    throw bad(`${place}, path: one that begins with /, or *`, kind(path));
  }
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
    throw bad(`${place}, status: a whole number from 200 to 599`, kind(status));
  }
  const isPrefix = path.endsWith('*');
  return {
    host,
    method,
    path: isPrefix ? path.slice(0, -1) : path,
    isPrefix,
    answer: { status, headers: readHeaders(entry.headers ?? {}, place), body: readBody(entry, place) },
  };
}

function readHeaders(headers: unknown, place: string): HttpAnswer['headers'] {
  if (!isRecord(headers)) throw bad(`${place}, headers: an object`, kind(headers));
  const fields = Object.entries(headers).flatMap(([name, given]) => {
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    return values.map((value): readonly [string, string] => {
      if (!TOKEN.test(name) || OWN_FIELDS.has(name.toLowerCase())) {
        throw bad(
          `${place}, headers: a field that is not about the connection or the length`,
          JSON.stringify(name),
        );
      }
      if (typeof value !== 'string' || !FIELD_VALUE.test(value)) {
        throw bad(`${place}, headers, ${name}: printable ASCII`, kind(value));
      }
      return [name, value];
    });
  });
  const length = fields.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  if (fields.length > MAXIMUM_HEADERS || length > MAXIMUM_HEAD) {
    throw bad(
      `${place}, headers: at most ${MAXIMUM_HEADERS} fields and ${MAXIMUM_HEAD} bytes`,
      `${fields.length} fields, ${length} bytes`,
    );
  }
  return fields;
}

function readBody({ body, bodyBase64 }: Readonly<Record<string, unknown>>, place: string): Uint8Array {
  if (body !== undefined && bodyBase64 !== undefined) {
    throw bad(`${place}: body or bodyBase64`, 'both');
  }
  if (bodyBase64 !== undefined) {
    if (typeof bodyBase64 === 'string' && BASE64.test(bodyBase64)) return Buffer.from(bodyBase64, 'base64');
    throw bad(`${place}, bodyBase64: base64 (RFC 4648 §4)`, kind(bodyBase64));
  }
  if (body === undefined || typeof body === 'string') return Buffer.from(body ?? '');
  throw bad(`${place}, body: a text`, kind(body));
}

/** A value as a message may show it: short, and nothing of a long one. */
function kind(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= 60
    ? text
    : `${Array.isArray(value) ? 'a list' : `a ${typeof value}`} of ${text.length} characters`;
}

function bad(expected: string, found: string, cause?: unknown): SinkholeError {
  return new SinkholeError('bad-answers', `expected ${expected}, found ${found}`, { cause });
}
