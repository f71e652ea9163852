import { CONFUSABLES } from './lists/confusables.js';
import { readableLabel } from './names-by-domain.js';

/**
 * What a label looks like at a glance: confusable characters mapped to one of their kind, accents taken off (UTS #39 §4,
 * for one label). Two labels with one skeleton are taken for each other.
 */
export function skeleton(label: string): string {
  const bare = readableLabel(label)
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');
  return [...bare].map((character) => CONFUSABLES.get(character) ?? character).join('');
}
