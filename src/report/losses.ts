import type { Loss } from '../model/egress-list.js';
import { asciiText, plainText } from './plain-text.js';

/** Hosts that a line shows before it counts the rest. */
const SHOWN = 3;

/** What a target says otherwise than the list, one loss a line: `widened: a.example, b.example and 7 more: why`. */
export function lossLines(kind: 'widened' | 'left out', losses: readonly Loss[]): string[] {
  return losses.map(({ what, hosts }) => {
    const shown = hosts.slice(0, SHOWN).map(asciiText).join(', ');
    const more = hosts.length > SHOWN ? ` and ${hosts.length - SHOWN} more` : '';
    return `${kind}: ${shown}${more}: ${plainText(what)}`;
  });
}
