import { isIp } from '../../model/ip.js';

/** What resolv.conf(5) says, as far as the guard needs it. */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
}

/** glibc reads no more (MAXNS, MAXDNSRCH before 2.26; later ones have no limit, so this one is ours). */
const MAXIMUM_NAMESERVERS = 3;
const MAXIMUM_SEARCH = 64;

/** Parses resolv.conf. Without a nameserver the local host is asked (resolv.conf(5)). */
export function parseResolvConf(text: string): ResolvConf {
  const nameservers: string[] = [];
  let search: string[] = [];
  for (const line of text.split('\n', 1000)) {
    const [keyword, ...values] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    const first = values[0];
    if (keyword === 'nameserver' && first !== undefined && isIp(first.replace(/%.*/, '')))
      nameservers.push(first);
    // The last of `search` and `domain` counts.
    if (keyword === 'search' || keyword === 'domain') {
      search = values.slice(0, MAXIMUM_SEARCH).map((domain) => domain.toLowerCase().replace(/\.$/, ''));
    }
  }
  return {
    nameservers: nameservers.length === 0 ? ['127.0.0.1'] : nameservers.slice(0, MAXIMUM_NAMESERVERS),
    search: search.filter((domain) => domain !== ''),
  };
}
