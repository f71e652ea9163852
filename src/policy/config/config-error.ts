export type ConfigErrorCode =
  /** The text is longer, or nested deeper, than any configuration is. */
  | 'too-large'
  | 'not-yaml'
  | 'bad-value'
  | 'unknown-key'
  /** A policy that is extended leads back to itself, or goes on too long. */
  | 'cycle'
  | 'too-deep'
  /** A profile, file or package that is not there or can't be read. */
  | 'not-found'
  /** A package whose bytes are not those that the configuration names. */
  | 'integrity';

/** A configuration, or something that it leads to, that can't be used. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: ConfigErrorCode;

  constructor(code: ConfigErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
