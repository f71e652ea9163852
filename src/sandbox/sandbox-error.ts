export type SandboxErrorCode =
  | 'no-libc'
  | 'unsupported-architecture'
  | 'system-call'
  | 'missing-tool'
  | 'namespaces-denied'
  | 'setup-failed'
  /** Nothing was run, though it might have. */
  | 'not-begun'
  | 'seccomp-denied';

/** The sandbox could not be made, or lost a part. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly code: SandboxErrorCode;

  constructor(code: SandboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
