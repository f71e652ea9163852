/**
 * What a terminal, a log viewer or a reader's eye could take for something other than text: controls (C0, DEL, C1,
 * so each ANSI escape of ECMA-48), format characters (bidi of UAX #9, zero-width), lone surrogates, private use,
 * line and paragraph separators, whatever Unicode says to draw as nothing, and each blank but the ordinary one.
 */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
/** From the third on, marks on one letter grow over the neighbouring lines; no living script needs so many. */
const STACKED = /(?<=\p{M}{2})\p{M}/gu;
const NOT_PRINTABLE_ASCII = /[^\x20-\x7e]/gu;

/** Makes hostile text harmless and visibly so: U+001B becomes the six characters `\u{1b}`. One line stays one line. */
export function plainText(text: string): string {
  return text.replace(STACKED, visible).replace(HARMFUL, visible);
}

/**
 * The same for host names, where a letter that looks like another is a lie: all but printable ASCII is escaped. A
 * true internationalised name is in its `xn--` form already (RFC 5890).
 */
export function asciiText(text: string): string {
  return text.replace(NOT_PRINTABLE_ASCII, visible);
}

function visible(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
