import { isRecord } from '../model/is-record.js';
import { LOCK_VERSION, type Lock, type LockRow } from '../model/lock.js';
import { PROTOCOLS, type Protocol } from '../model/transport.js';
import { sortRows } from './lock-rows.js';
import { PolicyError } from './policy-error.js';

/** Characters of a lock, at most: about 300,000 rows, far beyond what anybody reviews. */
const MAXIMUM_CHARACTERS = 32 * 1024 * 1024;
/** Characters of one field; a host name has at most 253 (RFC 1035 §3.1). */
const MAXIMUM_FIELD = 1024;
const FIELDS = ['package', 'phase', 'host', 'port', 'protocol'];

/** Reads `egress.lock.json`. @throws PolicyError */
export function parseLock(text: string): Lock {
  if (text.length > MAXIMUM_CHARACTERS) {
    throw new PolicyError(
      'too-large',
      `expected a lock of at most ${MAXIMUM_CHARACTERS} characters, got ${text.length}`,
    );
  }
  const value = parseJson(text);
  if (!isRecord(value))
    throw new PolicyError('not-json', 'expected a JSON object in the lock, got something else');
  if (value.lockVersion !== LOCK_VERSION) {
    throw new PolicyError(
      'wrong-version',
      `expected lockVersion ${LOCK_VERSION}, got ${JSON.stringify(value.lockVersion) ?? 'none'}; write the lock anew with egresslock accept`,
    );
  }
  if (!Array.isArray(value.rows))
    throw new PolicyError('bad-row', 'expected a list under "rows" of the lock, got none');
  return { lockVersion: LOCK_VERSION, rows: sortRows(value.rows.map(parseRow)) };
}

/** Writes a lock: one row a line, sorted, the same bytes for the same rows. */
export function formatLock(lock: Lock): string {
  const rows = sortRows(lock.rows).map((row) => {
    const fields = [row.package, row.phase, row.host, row.port, row.protocol].map((field) =>
      JSON.stringify(field),
    );
    return `    { ${FIELDS.map((name, index) => `"${name}": ${fields[index]}`).join(', ')} }`;
  });
  const list = rows.length === 0 ? '[]' : `[\n${rows.join(',\n')}\n  ]`;
  return `{\n  "lockVersion": ${LOCK_VERSION},\n  "rows": ${list}\n}\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PolicyError('not-json', `expected JSON in the lock: ${reason}`, { cause });
  }
}

function parseRow(value: unknown, index: number): LockRow {
  const bad = (expected: string): PolicyError =>
    new PolicyError(
      'bad-row',
      `row ${index + 1} of the lock: expected ${expected}, got ${clip(JSON.stringify(value))}`,
    );
  if (!isRecord(value)) throw bad('an object');
  const unknown = Object.keys(value).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) throw bad(`only the fields ${FIELDS.join(', ')}`);
  const text = (field: string): string => {
    const own = value[field];
    if (typeof own !== 'string' || own === '' || own.length > MAXIMUM_FIELD)
      throw bad(`a text under "${field}"`);
    return own;
  };
  const { port } = value;
  if (port !== null && !(typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw bad('a port from 0 to 65535, or null');
  }
  const protocol = PROTOCOLS.find((known) => known === value.protocol);
  if (protocol === undefined) throw bad(`a protocol out of ${PROTOCOLS.join(', ')}`);
  return {
    package: text('package'),
    phase: text('phase'),
    host: text('host'),
    port,
    protocol: protocol satisfies Protocol,
  };
}

function clip(text: string | undefined): string {
  return text === undefined ? 'nothing' : text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
