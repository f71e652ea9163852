import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { CONFIG_FILE } from './config.js';
import { ConfigError } from './config-error.js';

/** Bytes of a packed policy, at most: one holds a text file and a manifest. */
export const MAXIMUM_ARCHIVE = 4 * 1024 * 1024;
/** Bytes that it may unpack to. */
const MAXIMUM_UNPACKED = 32 * 1024 * 1024;
/** POSIX pax, "ustar Interchange Format": headers and contents fill whole blocks. */
const BLOCK = 512;

/**
 * The text of `egresslock.config.yaml` at the root of a package.
 * @param archive As the registry serves it: a tar in gzip
 * @param integrity `sha512-` and base64; anything else is refused before it is unpacked
 * @throws ConfigError `integrity`, `too-large`, `not-found`, `bad-value`
 */
export function configOfArchive(archive: Uint8Array, integrity: string, name: string): string {
  if (archive.length > MAXIMUM_ARCHIVE) {
    throw new ConfigError(
      'too-large',
      `${name}: expected at most ${MAXIMUM_ARCHIVE} bytes, got ${archive.length}`,
    );
  }
  const own = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  if (own !== integrity) {
    throw new ConfigError('integrity', `${name}: expected a package with integrity ${integrity}, got ${own}`);
  }
  const [found, another] = [...entriesOf(unpack(archive, name), name)].filter(
    // Everything in a package lies below one folder, whatever its name (npm's documentation, "package.json").
    ({ path }) => path.slice(path.indexOf('/') + 1) === CONFIG_FILE,
  );
  if (found === undefined) {
    throw new ConfigError('not-found', `${name}: expected a file ${CONFIG_FILE} in the package, got none`);
  }
  if (another !== undefined) {
    throw new ConfigError('bad-value', `${name}: expected one file ${CONFIG_FILE} in the package, got more`);
  }
  return new TextDecoder().decode(found.content);
}

function unpack(archive: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(archive, { maxOutputLength: MAXIMUM_UNPACKED });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('bad-value', `${name}: expected a tar in gzip: ${reason}`, { cause });
  }
}

interface Entry {
  readonly path: string;
  readonly content: Uint8Array;
}

/** The regular files of a tar. */
function* entriesOf(tar: Uint8Array, name: string): Generator<Entry> {
  const text = (from: number, length: number): string => {
    const bytes = tar.subarray(from, from + length);
    const end = bytes.indexOf(0);
    return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
  };
  for (let start = 0; start + BLOCK <= tar.length && tar[start] !== 0; ) {
    const digits = text(start + 124, 12).trim();
    const size = /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
    const content = start + BLOCK;
    if (!(content + size <= tar.length)) {
      throw new ConfigError('bad-value', `${name}: expected a whole tar, got one that is cut or has no size`);
    }
    const type = text(start + 156, 1);
    const folder = text(start + 257, 5) === 'ustar' ? text(start + 345, 155) : '';
    const file = text(start, 100);
    if (type === '' || type === '0') {
      yield {
        path: folder === '' ? file : `${folder}/${file}`,
        content: tar.subarray(content, content + size),
      };
    }
    start = content + Math.ceil(size / BLOCK) * BLOCK;
  }
}
