export type CaptureFileErrorCode =
  | 'not-found'
  | 'not-a-file'
  | 'unreadable'
  | 'not-a-capture'
  | 'unsupported-version';

/** Nothing could be read of a capture file. What breaks off further in is no error: see `CaptureEnd`. */
export class CaptureFileError extends Error {
  override readonly name = 'CaptureFileError';
  readonly code: CaptureFileErrorCode;

  constructor(code: CaptureFileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
