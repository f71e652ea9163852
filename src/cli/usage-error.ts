/** Something is wrong with what the user gave: exit code 2, before anything has started. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Makes an error of what the user has asked to compare one of usage. By its name: the class comes with what compares. */
export function asUsage<T>(use: () => T): T {
  try {
    return use();
  } catch (cause) {
    if (cause instanceof Error && ['ReviewError', 'StoreError'].includes(cause.name))
      throw new UsageError(cause.message, { cause });
    throw cause;
  }
}
