/**
 * A quoted string of HCL (HCL Native Syntax Specification, "Template Expressions"): quotes, backslashes, line ends, all
 * but printable ASCII, and what opens an interpolation or a directive are escaped.
 */
export function hclString(text: string): string {
  return `"${text.replace(/["\\]|[$%](?=\{)|[^\x20-\x7e]/gu, escapeCharacter)}"`;
}

/** A list with one text a line; `[]` for none. @param indent Blanks before the line that it begins on */
export function hclList(texts: readonly string[], indent: number): string {
  if (texts.length === 0) return '[]';
  const blanks = ' '.repeat(indent);
  return `[\n${texts.map((text) => `${blanks}  ${hclString(text)},\n`).join('')}${blanks}]`;
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
