import type { EgressDiff } from '../../model/diff.js';
import { type DiffLine, diffLines } from '../review/diff-lines.js';
import type { ChangeLine } from './news.js';

/** How loud a difference is: what nobody has accepted first; an end is no news for a firewall. */
const SEVERITY = { new: 'high', changed: 'medium', accepted: 'low', gone: 'info' } as const;
const WORDS = {
  new: 'new',
  changed: 'changed',
  accepted: 'new, accepted in the lock',
  gone: 'gone',
} as const;

/** What a comparison says, in the lines of the page. */
export function changeLines(diff: EgressDiff): ChangeLine[] {
  return diffLines(diff).map((line) => ({ text: textOf(line), severity: SEVERITY[line.kind] }));
}

function textOf({ kind, place, who, phase, origin, remarks }: DiffLine): string {
  const more = [origin.phrase, ...remarks].filter((text) => text !== '').join('; ');
  return `${WORDS[kind]}: ${place} by ${who} (${phase})${more === '' ? '' : `: ${more}`}`;
}
