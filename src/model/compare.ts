/** Order of two strings by UTF-16 code unit: the same on every machine, unlike `localeCompare`. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Comparator over several keys; the first that differs decides. Null sorts before any value. */
export function compareBy<T>(
  ...keys: readonly ((value: T) => string | number | null)[]
): (a: T, b: T) => number {
  return (a, b) => {
    for (const key of keys) {
      const order = compareKey(key(a), key(b));
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareKey(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareText(String(a), String(b));
}
