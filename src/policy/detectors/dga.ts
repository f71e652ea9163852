import { strangeness } from './label-statistics.js';
import { type AskedName, readableLabel, registrableParts } from './names-by-domain.js';
import { counted, listed } from './phrases.js';
import type { Scene, Visit, Who } from './scene.js';
import type { Grade } from './severities.js';
import type { Sighting } from './sighting.js';

/** Characters of a label below which a brand looks like chance: `cdnjs`. */
const SHORTEST = 7;
/** Bits of `strangeness`: the odds are 16 to 1 for each name, and several are needed. */
const STRANGE = 4;
/** The same for a name of the one length that all strange ones have: made alike, it needs to look like chance no longer. */
const KIN = -STRANGE;
/** Generated names for a finding; below it, chance and odd brands will do. */
const FEW = 3;
const SOME = 5;
const MANY = 8;
/** Share of all domains that must look generated: whoever asks for thousands of domains meets odd ones. */
const SHARE = 0.2;
/** Domains that don't exist, and their share of all, from which the asker must be guessing, whatever the names look like. */
const BURST = 12;
const BURST_SHARE = 0.6;

interface Domain {
  readonly domain: string;
  readonly label: string;
  readonly suffix: string;
  readonly isStrange: boolean;
  /** Whether all that was asked below it does not exist (RFC 8020: then nothing below it does). */
  readonly isAbsent: boolean;
}

/** Whether a label of a registrable domain looks as if a program had made it. */
export function looksGenerated(label: string): boolean {
  return label.length >= SHORTEST && strangeness(readableLabel(label)) > STRANGE;
}

/** Names out of a generator: domains that look like chance, over several suffixes, or a burst of domains that don't exist. */
export function dga(scene: Scene): Sighting[] {
  return scene.askedNames().flatMap(({ who, names, visits }) => {
    const domains = domainsOf(names);
    const strange = domains.filter((one) => one.isStrange);
    const absent = domains.filter((one) => one.isAbsent);
    const byLook = strange.length >= domains.length * SHARE ? gradeOf(strange) : null;
    const isBurst = absent.length >= BURST && absent.length >= domains.length * BURST_SHARE;
    if (byLook !== null) {
      const all = [...strange, ...kinOf(strange, domains)];
      return [sighting(who, all, 'that look generated', visits, byLook)];
    }
    const looks = absent.every((one) => one.isStrange) ? 'that look generated' : 'that were guessed';
    return isBurst ? [sighting(who, absent, looks, visits, 'medium')] : [];
  });
}

/**
 * What a generator writes can be read now and then: names that don't exist, as long as all those that look strange. They
 * make its finding no graver, and would be findings of their own without it.
 */
function kinOf(strange: readonly Domain[], domains: readonly Domain[]): Domain[] {
  const [length, ...others] = new Set(strange.map((one) => one.label.length));
  if (others.length > 0) return [];
  return domains.filter(
    ({ label, isStrange, isAbsent }) =>
      !isStrange && isAbsent && label.length === length && strangeness(readableLabel(label)) > KIN,
  );
}

function gradeOf(strange: readonly Domain[]): Grade | null {
  const suffixes = new Set(strange.map((one) => one.suffix)).size;
  const absent = strange.filter((one) => one.isAbsent).length;
  if (strange.length >= MANY && (suffixes >= FEW || absent > strange.length / 2)) return 'high';
  if (strange.length >= SOME && (suffixes > 1 || absent > strange.length / 2)) return 'medium';
  return strange.length >= FEW && suffixes > 1 ? 'low' : null;
}

function sighting(
  who: Who,
  domains: readonly Domain[],
  looks: string,
  visits: readonly Visit[],
  grade: Grade,
): Sighting {
  const all = new Set(domains.map((one) => one.domain));
  const suffixes = [...new Set(domains.map((one) => one.suffix))].sort();
  const absent = domains.filter((one) => one.isAbsent).length;
  const covered = visits.filter(({ host }) => all.has(registrableParts(host)?.domain ?? ''));
  return {
    rule: 'dga',
    grade,
    destination: null,
    package: who.label,
    message: `${counted(all.size, 'domain')} ${looks} (${listed([...all].sort())}) below ${suffixes.length === 1 ? `.${suffixes[0]}` : `${suffixes.length} suffixes`}${who.by}: ${absent} of them don't exist, confidence ${grade}`,
    help: 'a program that looks for its master asks for such names: look at the code that makes them',
    covers: covered.map((visit) => visit.key),
  };
}

function domainsOf(names: readonly AskedName[]): Domain[] {
  const domains = new Map<string, Domain>();
  for (const { name, queries } of names) {
    const parts = registrableParts(name);
    if (parts === null) continue;
    const isAbsent = queries.every((query) => query.rcode === 'NXDOMAIN');
    const known = domains.get(parts.domain);
    domains.set(parts.domain, {
      domain: parts.domain,
      label: parts.label,
      suffix: parts.suffix,
      isStrange: known?.isStrange ?? looksGenerated(parts.label),
      isAbsent: isAbsent && (known?.isAbsent ?? true),
    });
  }
  return [...domains.values()];
}
