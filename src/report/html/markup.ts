/** Tags that the page is made of: none of them runs, loads or sends anything. */
export type Tag =
  | 'a'
  | 'article'
  | 'button'
  | 'caption'
  | 'code'
  | 'dd'
  | 'desc'
  | 'details'
  | 'div'
  | 'dl'
  | 'dt'
  | 'fieldset'
  | 'figcaption'
  | 'figure'
  | 'footer'
  | 'g'
  | 'h1'
  | 'h2'
  | 'h3'
  | 'header'
  | 'input'
  | 'label'
  | 'legend'
  | 'li'
  | 'line'
  | 'main'
  | 'nav'
  | 'noscript'
  | 'ol'
  | 'p'
  | 'path'
  | 'pattern'
  | 'rect'
  | 'section'
  | 'span'
  | 'strong'
  | 'summary'
  | 'svg'
  | 'table'
  | 'tbody'
  | 'td'
  | 'text'
  | 'th'
  | 'thead'
  | 'time'
  | 'title'
  | 'tr'
  | 'ul';

type Text =
  | 'aria-controls'
  | 'aria-describedby'
  | 'aria-expanded'
  | 'aria-hidden'
  | 'aria-label'
  | 'aria-labelledby'
  | 'aria-live'
  | 'aria-sort'
  | 'autocomplete'
  | 'class'
  | 'd'
  | 'data-filter'
  | 'datetime'
  | 'dominant-baseline'
  | 'focusable'
  | 'for'
  | 'id'
  | 'name'
  | 'patternUnits'
  | 'placeholder'
  | 'preserveAspectRatio'
  | 'role'
  | 'scope'
  | 'spellcheck'
  | 'text-anchor'
  | 'title'
  | 'type'
  | 'value'
  | 'viewBox';
type Quantity =
  | 'colspan'
  | 'height'
  | 'rx'
  | 'stroke-width'
  | 'tabindex'
  | 'width'
  | 'x'
  | 'x1'
  | 'x2'
  | 'y'
  | 'y1'
  | 'y2';

/**
 * Attributes that the page is made of. There is no handler, no style and no address beyond the page among them, so that
 * no value can do more than be shown.
 */
export type Attributes = {
  readonly [name in Text]?: string;
} & {
  readonly [name in Quantity]?: number;
} & {
  readonly href?: `#${string}`;
  readonly checked?: true;
  readonly hidden?: true;
};

export interface MarkupElement {
  readonly tag: Tag;
  readonly attributes: Attributes;
  readonly children: readonly Markup[];
}

/** A piece of the page as a value: text, or an element. It becomes HTML where it is written and DOM where it is live. */
export type Markup = string | MarkupElement;

export type Child = Markup | null | readonly Child[];

/** An element; children that are null are left out. */
export function h(tag: Tag, attributes: Attributes, ...children: readonly Child[]): MarkupElement {
  return { tag, attributes, children: flat(children) };
}

function flat(children: readonly Child[]): Markup[] {
  return children.flatMap((child): Markup[] => {
    if (child === null) return [];
    if (typeof child === 'string') return [child];
    return 'tag' in child ? [child] : flat(child);
  });
}
