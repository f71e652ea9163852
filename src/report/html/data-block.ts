const NOT_PLAIN = /[^\x20-\x7e]|[<>&]/g;

/**
 * JSON for a `script` element of a type that is no script's: without `<` nothing in it can end the element or begin a
 * comment (HTML standard, "restrictions for contents of script elements"), and all but printable ASCII is `\uXXXX`
 * (RFC 8259 §7), U+2028 and lone surrogates among it.
 */
export function dataBlock(value: unknown): string {
  return JSON.stringify(value).replace(
    NOT_PLAIN,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
