import type { Actor } from '../../model/actor.js';
import type { Attribution } from '../../model/attribution.js';
import { whoLabel } from '../labels.js';

/** What to do about something that may be meant. */
export const ACCEPT = 'if it is meant, egresslock accept adds it to the lock';

/** Names that a message shows; the rest is counted. */
const SHOWN = 5;

/** " by `left@1.2.4` (postinstall), through `app > right > left`" */
export function byline(attribution: Attribution, actor: Actor | undefined): string {
  const lifecycle = attribution.lifecycle === null ? '' : ` (${attribution.lifecycle})`;
  const chain = attribution.why[0];
  const through = chain === undefined || chain.length < 2 ? '' : `, through \`${chain.join(' > ')}\``;
  return ` by \`${whoLabel(attribution, actor)}\`${lifecycle}${through}`;
}

/** "`a`, `b` and 3 more" */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => `\`${name}\``);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** "1 name", "2 names" */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Bytes in powers of 1000 with one decimal, as the reports write them. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}
