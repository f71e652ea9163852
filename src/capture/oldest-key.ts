/**
 * Takes the keys of a map in the order of their insertion, for a caller that deletes each one that it is given. An
 * iterator of its own for each would step over all that was deleted before, so that a full map takes the square of time.
 */
export function createOldestKey<Key>(map: ReadonlyMap<Key, unknown>): () => Key | undefined {
  let keys = map.keys();
  return () => {
    const next = keys.next();
    if (next.done !== true) return next.value;
    // An iterator that has come to an end never goes on.
    keys = map.keys();
    return keys.next().value;
  };
}
