import { type Child, h, type MarkupElement } from './markup.js';

/** Pairs of a name and a value; those without a value are left out. */
export function facts(pairs: readonly (readonly [string, Child])[]): MarkupElement {
  return h(
    'dl',
    { class: 'facts' },
    pairs
      .filter(([, value]) => value !== null)
      .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );
}
