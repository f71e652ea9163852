export type AttributionErrorCode = 'unreadable-tree';

/** The dependency tree could not be read; attribution goes on without why-chains. */
export class AttributionError extends Error {
  override readonly name = 'AttributionError';
  readonly code: AttributionErrorCode;

  constructor(code: AttributionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
