/**
 * How many values at the start of a list hold, found by halving.
 * @param holds True for the first so many values, and for none after them
 */
export function countWhile<T>(list: readonly T[], holds: (value: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(list[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
