import { isAnyPort } from '../../model/egress-list.js';
import type { PortRange } from '../../model/policy.js';

/**
 * A text as `content` of a rule (Suricata user guide, "Payload keywords": `" ; : | \` end or escape something): those
 * and all but printable ASCII are written in hexadecimal, byte by byte.
 */
export function suricataContent(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[\x20-\x7e]/.test(character) && !/[";:|\\]/.test(character)
        ? character
        : `|${byte.toString(16).padStart(2, '0')}|`;
    })
    .join('');
}

/** A text as `msg` of a rule, for people (Suricata user guide, "Meta keywords"): what could end it becomes `?`. */
export function suricataMessage(text: string): string {
  return text.replace(/[^\x20-\x7e]|[";\\]/gu, '?');
}

/** `443`, `8000:8100`, `any` (Suricata user guide, "Rules format: ports"). */
export function suricataPorts(range: PortRange): string {
  if (isAnyPort(range)) return 'any';
  return range.from === range.to ? String(range.from) : `${range.from}:${range.to}`;
}

/** `a`, `[a,b]` */
export function suricataGroup(members: readonly string[]): string {
  return members.length === 1 ? members.join() : `[${members.join(',')}]`;
}
