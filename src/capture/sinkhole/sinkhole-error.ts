/** `bad-answers`: the file of recorded answers is none. `bad-registry`: the address of a registry is none. */
export type SinkholeErrorCode = 'bad-answers' | 'bad-registry';

/** What a sinkhole was given can't be used. */
export class SinkholeError extends Error {
  override readonly name = 'SinkholeError';
  readonly code: SinkholeErrorCode;

  constructor(code: SinkholeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
