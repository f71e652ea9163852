import type { Markup } from './markup.js';

/** Elements without an end tag, of those that there are (HTML standard, "void elements"). */
const VOID = new Set<string>(['input']);

/** Elements with a line of their own in the file, between which white space means nothing. */
const LINES = new Set<string>([
  'div',
  'h2',
  'h3',
  'header',
  'li',
  'main',
  'nav',
  'p',
  'section',
  'table',
  'tr',
  'ul',
]);

const SPECIAL = /[&<>"']/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text as HTML, safe between tags, in a quoted attribute and inside `noscript`: none of the characters that a tokenizer
 * leaves the data state or a quoted value for is left (HTML standard, "data state", "attribute value states").
 */
export function escapeHtml(text: string): string {
  return text.replace(SPECIAL, (character) => ENTITIES[character] ?? '');
}

export function toHtml(markup: Markup): string {
  if (typeof markup === 'string') return escapeHtml(markup);
  const { tag, attributes, children } = markup;
  const written = Object.entries(attributes)
    .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`))
    .join('');
  if (VOID.has(tag)) return `<${tag}${written}>`;
  const end = LINES.has(tag) ? '\n' : '';
  return `<${tag}${written}>${children.map(toHtml).join('')}</${tag}>${end}`;
}
