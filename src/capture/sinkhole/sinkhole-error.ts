/** `bad-answers`: the file of recorded answers is none. */
export type SinkholeErrorCode = 'bad-answers';

export class SinkholeError extends Error {
  override readonly name = 'SinkholeError';
  readonly code: SinkholeErrorCode;

  constructor(code: SinkholeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
