/** Addresses of the two ends of the veth pair between the sandbox and the gateway. */
export interface Link {
  readonly ipv4: { readonly sandbox: string; readonly gateway: string };
  readonly ipv6: { readonly sandbox: string; readonly gateway: string };
}

/** The host's IPv4 routes and its name servers, from which the link must keep away. */
export interface Ipv4Range {
  /** As an unsigned 32-bit number. */
  readonly base: number;
  /** Prefix length, 0 to 32. */
  readonly prefix: number;
}

/** Upper halves that are tried in turn: shared address space (RFC 6598), then benchmarking (RFC 2544), then private. */
const CANDIDATES = ['100.127.255', '100.96.13', '198.19.255', '10.213.77', '172.30.213', '192.168.213'];

/** RFC 4193: a unique local prefix of our own; the whole /127 is ours, so that no route of the host is hidden by it. */
const IPV6 = { sandbox: 'fd65:6772:6573:736c::', gateway: 'fd65:6772:6573:736c::1' };

/** Chooses a /31 (RFC 3021) that lies in none of the ranges; the last candidate where all of them are taken. */
export function chooseLink(taken: readonly Ipv4Range[]): Link {
  const free = CANDIDATES.find((candidate) => {
    const ends = [ipv4Number(`${candidate}.254`), ipv4Number(`${candidate}.255`)];
    return !taken.some(({ base, prefix }) => {
      return prefix > 0 && ends.some((end) => prefixOf(end, prefix) === prefixOf(base, prefix));
    });
  });
  const chosen = free ?? CANDIDATES[CANDIDATES.length - 1];
  return { ipv4: { sandbox: `${chosen}.254`, gateway: `${chosen}.255` }, ipv6: IPV6 };
}

/** Reads `/proc/net/route`: hexadecimal little-endian columns (net/ipv4/fib_trie.c, fib_route_seq_show). */
export function parseRoutes(text: string): Ipv4Range[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const columns = line.split('\t');
      const [destination, mask] = [columns[1], columns[7]];
      if (destination === undefined || mask === undefined) return [];
      return [{ base: fromHex(destination), prefix: bitCount(fromHex(mask)) }];
    });
}

/** True where `/proc/net/ipv6_route` has a default route through something else than loopback. */
export function hasIpv6Default(text: string): boolean {
  return text.split('\n').some((line) => {
    const columns = line.trim().split(/\s+/);
    return (
      columns[0] === '0'.repeat(32) && columns[1] === '00' && columns[9] !== undefined && columns[9] !== 'lo'
    );
  });
}

/** Unsigned 32-bit number of a dotted quad. */
export function ipv4Number(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function prefixOf(address: number, prefix: number): number {
  return Math.floor(address / 2 ** (32 - prefix));
}

function fromHex(littleEndian: string): number {
  const bytes = littleEndian.match(/../g) ?? [];
  return bytes.reduceRight((sum, byte) => sum * 256 + Number.parseInt(byte, 16), 0);
}

function bitCount(value: number): number {
  return [...value.toString(2)].filter((bit) => bit === '1').length;
}
