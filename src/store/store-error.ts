export type StoreErrorCode = 'unwritable' | 'corrupt' | 'too-new' | 'full' | 'busy';

/** The database could not be opened, read or written. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Puts SQLite's result code (sqlite.org/rescode.html) into our words. */
export function toStoreError(cause: unknown, file: string): StoreError {
  if (cause instanceof StoreError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_DLOPEN_FAILED') {
    return new StoreError(
      'unwritable',
      'expected the compiled part of better-sqlite3 for this Node, found none: npm rebuild better-sqlite3 makes it (an install without scripts leaves it out)',
      { cause },
    );
  }
  const message = `the database ${file}: ${reason}`;
  if (code.startsWith('SQLITE_FULL'))
    return new StoreError('full', `${message}; make room, or name another with --db`, { cause });
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new StoreError('busy', message, { cause });
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new StoreError('corrupt', `expected an egresslock database, got something else: ${message}`, {
      cause,
    });
  }
  return new StoreError('unwritable', `${message}; name another with --db`, { cause });
}
