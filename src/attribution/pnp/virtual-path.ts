import { posix } from 'node:path';

/** `<prefix>/__virtual__/<id>/<n>/<rest>`, of Yarn; `$$virtual` of its older versions. */
const VIRTUAL = /^(.*?)\/(?:__virtual__|\$\$virtual)\/[^/]+\/(\d{1,3})\/(.*)$/;
/** Virtual folders within each other that are resolved. */
const DEEPEST = 8;

/**
 * Resolves the paths by which Yarn's Plug'n'Play tells instances of one package apart: `n` folders up from the prefix,
 * then the rest (yarnpkg.com/advanced/lexicon, "virtual package").
 */
export function resolveVirtual(path: string): string {
  let resolved = path;
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const match = VIRTUAL.exec(resolved);
    if (match === null) break;
    const [, prefix = '', up = '0', rest = ''] = match;
    resolved = posix.join(prefix, '../'.repeat(Number(up)), rest);
  }
  return resolved;
}
