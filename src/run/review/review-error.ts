export type ReviewErrorCode = 'not-found' | 'ambiguous' | 'unreadable' | 'git';

/** What a comparison was asked for can't be had. */
export class ReviewError extends Error {
  override readonly name = 'ReviewError';
  readonly code: ReviewErrorCode;

  constructor(code: ReviewErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
