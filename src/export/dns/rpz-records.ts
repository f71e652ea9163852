/**
 * The records of a response policy zone. In a zone of DNS, a wildcard covers no name whose nearest existing ancestor
 * lies further down (RFC 4592 §3.3.1): `*` alone would let out whatever is below or beside a listed name. So each node
 * that the listed names bring into being has a record of its own, and one for all below it.
 * @param exact Names that are allowed
 * @param below Names of which all below are allowed
 * @param block Target of the records that block
 */
export function rpzRecords(exact: readonly string[], below: readonly string[], block: string): string[] {
  const names = new Set(exact);
  const wildcards = new Set(below);
  const nodes = new Set([...exact, ...below].flatMap((name) => [name, ...ancestors(name)]));
  const isCovered = (name: string): boolean => ancestors(name).some((ancestor) => wildcards.has(ancestor));
  const records = [...nodes].sort().flatMap((node) => {
    const own = names.has(node) || isCovered(node);
    const inner = wildcards.has(node) || isCovered(node);
    return [`${node} CNAME ${own ? PASS : block}`, `*.${node} CNAME ${inner ? PASS : block}`];
  });
  return [...records, `* CNAME ${block}`];
}

const PASS = 'rpz-passthru.';

/** `b.c` and `c` of `a.b.c`. */
function ancestors(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
}
