import type { PolicyRule } from '../../model/policy.js';
import { isAddress } from '../canonical-host.js';
import { THREAT_PRIORITY } from '../profiles/parse-profile.js';
import { formatHostPattern, parseHostPattern } from '../rules/host-pattern.js';

export interface ThreatList {
  /** Sorted by nothing: in the order of the list, each host once. */
  readonly rules: readonly PolicyRule[];
  /** Lines that name no host that a rule can hold; none is lost in silence. */
  readonly malformed: {
    readonly count: number;
    /** The first few, with their 1-based numbers. */
    readonly examples: readonly { readonly line: number; readonly text: string }[];
  };
}

/** Characters of a line, at most: a name has 253 (RFC 1035 §3.1), and hosts(5) may have some of them. */
const MAXIMUM_LINE = 4096;
const EXAMPLES = 3;
/** What every hosts file begins with; they are no threats. */
const OWN_NAMES =
  /^(?:local|localhost|localhost\.localdomain|broadcasthost|0\.0\.0\.0|ip6-(?:localhost|loopback|localnet|mcastprefix|allnodes|allrouters|allhosts))$/;
/** Options that don't narrow what the line covers (AdGuard, "DNS filtering rules syntax"). */
const WIDE_OPTIONS = /^\$(?:important|all|document|doc)(?:,(?:important|all|document|doc))*$/;

/**
 * Reads a list of hosts to block, one a line: a domain (with all below it), `*.domain` (only below it), an address or a
 * range, a line of hosts(5), or AdGuard's `||domain^`. Comments begin with `#`, `!` or `;`.
 * @param origin Where its rules come from, for a person
 */
export function parseThreatList(text: string, origin: string): ThreatList {
  const hosts = new Set<string>();
  const examples: { line: number; text: string }[] = [];
  let count = 0;
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    const found = line.length > MAXIMUM_LINE ? null : hostsOf(line);
    for (const host of found ?? []) hosts.add(host);
    if (found !== null) continue;
    count += 1;
    if (examples.length < EXAMPLES) examples.push({ line: number, text: line.trim().slice(0, 80) });
  }
  const rules = Array.from(hosts, (host): PolicyRule => {
    return {
      origin,
      priority: THREAT_PRIORITY,
      action: 'block',
      host,
      ports: null,
      protocols: null,
      packages: null,
      phases: null,
    };
  });
  return { rules, malformed: { count, examples } };
}

/** Hosts of one line; null where it is malformed. */
function hostsOf(line: string): string[] | null {
  // `[Adblock Plus 2.0]` is the head of a list.
  if (/^\s*(?:[#!;]|\[[^\]:]*\]\s*$|$)/.test(line)) return [];
  const [first = '', ...others] = line
    .replace(/\s[#;].*/, '')
    .trim()
    .split(/\s+/);
  if (first.startsWith('||')) return others.length === 0 ? hostsOfFilter(first.slice(2)) : null;
  if (others.length === 0) return hostsOfWord(first);
  if (!isAddress(first)) return null;
  const names = others.filter((name) => !OWN_NAMES.test(name)).map((name) => canonical(name));
  return names.every((name) => name !== null) ? names : null;
}

/** What follows `||`. */
function hostsOfFilter(filter: string): string[] | null {
  const end = filter.indexOf('^');
  const options = filter.slice(end + 1);
  return end > 0 && (options === '' || WIDE_OPTIONS.test(options)) ? hostsOfWord(filter.slice(0, end)) : null;
}

/** A domain stands for all below it as well: whoever owns it may name anything there. */
function hostsOfWord(word: string): string[] | null {
  const own = canonical(word.startsWith('.') ? word.slice(1) : word);
  // A list that blocks everything is a mistake.
  if (own === null || own === '*') return null;
  return own.startsWith('*.') || own.includes('/') || isAddress(own) ? [own] : [own, `*.${own}`];
}

function canonical(word: string): string | null {
  const pattern = parseHostPattern(word);
  return pattern === null ? null : formatHostPattern(pattern);
}
