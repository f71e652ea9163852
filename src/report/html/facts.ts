import { type Child, h, type MarkupElement } from './markup.js';

/** Characters past which a value has a line for itself. */
const LONG = 40;

/** Pairs of a name and a value; those without a value are left out. */
export function facts(pairs: readonly (readonly [string, Child])[]): MarkupElement {
  return h(
    'dl',
    { class: 'facts' },
    pairs
      .filter(([, value]) => value !== null)
      .map(([name, value]) =>
        h('div', lengthOf(value) > LONG ? { class: 'long' } : {}, h('dt', {}, name), h('dd', {}, value)),
      ),
  );
}

function lengthOf(child: Child): number {
  if (child === null) return 0;
  if (typeof child === 'string') return child.length;
  return ('tag' in child ? child.children : child).reduce((sum, one) => sum + lengthOf(one), 0);
}
