/** RFC 1035 §2.3.4. */
const LONGEST_LABEL = 63;

/**
 * A name in presentation form (RFC 1035 §5.1: `\.`, `\\`, `\DDD`) as the labels of a message; the root for an empty one.
 * Labels that are too long are cut: such a name is nobody's.
 */
export function nameBytes(name: string): Buffer {
  const labels: number[][] = [[]];
  for (const [part] of name.matchAll(/\\\d{3}|\\.|[^\\]/gs)) {
    if (part === '.') labels.push([]);
    else labels.at(-1)?.push(byteOf(part));
  }
  const bytes = labels
    .map((label) => label.slice(0, LONGEST_LABEL))
    .filter((label) => label.length > 0)
    .flatMap((label) => [label.length, ...label]);
  return Buffer.from([...bytes, 0]);
}

function byteOf(part: string): number {
  const digits = /^\\(\d{3})$/.exec(part)?.[1];
  return (digits === undefined ? part.charCodeAt(part.length - 1) : Number(digits)) & 0xff;
}
