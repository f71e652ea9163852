/** Numbers of the rules of one key, ascending; a bare number for the usual single one, which saves memory. */
export type Bucket = number | number[];

/** The bucket with one more number, which must be higher than all in it. */
export function joinBuckets(bucket: Bucket | undefined, number: number): Bucket {
  if (bucket === undefined) return number;
  if (typeof bucket === 'number') return [bucket, number];
  bucket.push(number);
  return bucket;
}

/** The first number of the bucket that is accepted, where it is lower than the best so far (-1: none). */
export function lowestOf(bucket: Bucket, best: number, accepts: (number: number) => boolean): number {
  if (typeof bucket === 'number') return (best < 0 || bucket < best) && accepts(bucket) ? bucket : best;
  for (const number of bucket) {
    if (best >= 0 && number >= best) return best;
    if (accepts(number)) return number;
  }
  return best;
}
