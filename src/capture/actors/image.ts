/**
 * What a process has run since its last exec, as the kernel laid it out in memory. Three of the addresses it chose at
 * random for this exec. Every fork without an exec keeps them, whatever happens to its parents; prctl(PR_SET_MM), which
 * could change them, is refused by the filter.
 */
export interface Image {
  /** Bottom of the stack, random. */
  readonly stack: number;
  /** Where argv begins in the process's memory, where it ends, and where the environment, which follows it, ends: random. */
  readonly argumentsAt: number;
  readonly argumentsEnd: number;
  readonly environmentEnd: number;
}

/** Whether two are the same exec, or one with the very addresses of the other. */
export function isSameImage(one: Image, other: Image): boolean {
  return (
    one.environmentEnd === other.environmentEnd &&
    one.stack === other.stack &&
    one.argumentsAt === other.argumentsAt
  );
}

/** A name of the image by which others can ask for it. */
export function imageKey({ stack, argumentsAt, environmentEnd }: Image): string {
  return `${stack} ${argumentsAt} ${environmentEnd}`;
}
