export type PolicyErrorCode = 'not-json' | 'wrong-version' | 'bad-row' | 'too-large' | 'bad-rule';

/** A lock, or rules, that can't be used. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly code: PolicyErrorCode;

  constructor(code: PolicyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
