import type { Markup, MarkupElement } from '../markup.js';

const SVG = 'http://www.w3.org/2000/svg';
const HTML = 'http://www.w3.org/1999/xhtml';

/** Markup as nodes: text becomes text, so nothing of it is ever read as HTML. */
export function toDom(markup: MarkupElement, namespace = HTML): Element {
  const own = markup.tag === 'svg' ? SVG : namespace;
  const element = document.createElementNS(own, markup.tag);
  for (const [name, value] of Object.entries(markup.attributes))
    element.setAttribute(name, value === true ? '' : String(value));
  element.append(...markup.children.map((child) => toNode(child, own)));
  return element;
}

function toNode(markup: Markup, namespace: string): Node {
  return typeof markup === 'string' ? document.createTextNode(markup) : toDom(markup, namespace);
}

/** The same, for HTML elements of a tag that the caller has just written. */
export function htmlElement<Kind extends HTMLElement>(markup: MarkupElement, kind: new () => Kind): Kind {
  const element = toDom(markup);
  if (element instanceof kind) return element;
  throw new TypeError(`expected ${kind.name}, made ${element.tagName}`);
}
