import { plainText } from '../plain-text.js';

/** Characters of a name or a message that are shown: somebody hostile may have made it as long as they like. */
const NAME = 200;
const MESSAGE = 600;

/**
 * Hostile text as a code span (CommonMark 0.31 §6.1), the only place where neither markup, HTML, links, mentions nor
 * references to issues are read. A backtick would end the span, and a pipe the cell of a table even within it (GFM
 * §4.10), so both are made visible in the way of `plainText`.
 */
export function codeText(text: string): string {
  const harmless = cut(plainText(text), NAME).replace(/[`|]/g, visible);
  return harmless.trim() === '' ? '` `' : `\`${harmless}\``;
}

/**
 * A message whose names stand in backticks. A name may have backticks of its own, and so turn inside and outside
 * round: outside of them only plain words stay as they are, and all else becomes a code span, too.
 */
export function messageText(message: string): string {
  return cut(message, MESSAGE)
    .split('`')
    .map((part, index) => (index % 2 === 1 ? (part === '' ? '' : codeText(part)) : proseText(part)))
    .join('');
}

/** Letters, with the punctuation of a sentence around them; none that a site would take for a commit's hash. */
const WORD = /^[(]*(?![0-9a-f]{7,}\b)(?:[A-Za-z]+(?:['-][a-z]+)*|\d{1,5}|)[).,;:]*$/;

function proseText(text: string): string {
  return text
    .split(' ')
    .map((word) => (WORD.test(word) ? word : codeText(word)))
    .join(' ');
}

function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length).join('')}…`;
}

function visible(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
