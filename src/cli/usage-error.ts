/** Something is wrong with what the user gave: exit code 2, before anything has started. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
