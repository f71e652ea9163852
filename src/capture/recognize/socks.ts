import { NO_MATCH, needMore, type Parsed } from './parsed.js';
import { parseSocks4 } from './socks4.js';
import { parseSocks5 } from './socks5.js';
import type { TunnelOpening } from './tunnel-opening.js';

/**
 * A client's SOCKS request, version 4, 4a or 5; the value is null where it asks for no tunnel (BIND, UDP ASSOCIATE),
 * or the authentication hides it. Version 5 needs the server's choice to go on. A target that is neither name nor
 * address is no match: were it called SOCKS, a lenient proxy's tunnel would hide behind it.
 */
export function parseSocks(sent: Uint8Array, received: Uint8Array): Parsed<TunnelOpening | null> {
  const [version] = sent;
  if (version === undefined) return needMore();
  if (version === 4) return parseSocks4(sent);
  return version === 5 ? parseSocks5(sent, received) : NO_MATCH;
}
