/** Where a member of a JSON text stands. */
export interface JsonPlace {
  /** Keys from the root down; an element of a list by its index. */
  readonly path: readonly string[];
  /** 1-based line of the key, or of the element's first character. */
  readonly line: number;
}

/** JSON's own (RFC 8259 §2). */
const BLANKS = ' \t\n\r';

interface Level {
  readonly isList: boolean;
  key: string;
  index: number;
  /** In an object: whether the next text is a key. In a list: whether an element has yet to begin. */
  isAwaiting: boolean;
}

/**
 * The places of all members down to a depth, in the order of the text; of members that are written twice, both.
 * @param text What JSON.parse has accepted; of anything else nothing sensible is said, in one pass all the same
 * @param depth Levels below the root, 1 or more
 */
export function* jsonPlaces(text: string, depth: number): Generator<JsonPlace> {
  const levels: Level[] = [];
  let line = 1;
  const place = (): JsonPlace => ({
    path: levels.map((level) => (level.isList ? String(level.index) : level.key)),
    line,
  });
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\n') line += 1;
    if (BLANKS.includes(character)) continue;
    const level = levels.at(-1);
    if (level?.isList === true && level.isAwaiting && character !== ']') {
      level.isAwaiting = false;
      if (levels.length <= depth) yield place();
    }
    switch (character) {
      case '"': {
        const end = endOfText(text, at);
        if (level?.isList === false && level.isAwaiting) {
          level.isAwaiting = false;
          if (levels.length <= depth) {
            level.key = textOf(text.slice(at, end + 1));
            yield place();
          }
        }
        at = end;
        break;
      }
      case '{':
      case '[':
        levels.push({ isList: character === '[', key: '', index: 0, isAwaiting: true });
        break;
      case '}':
      case ']':
        levels.pop();
        break;
      case ',':
        if (level !== undefined) {
          level.index += 1;
          level.isAwaiting = true;
        }
        break;
    }
  }
}

/** Index of the quote that closes the text which begins at an index. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function textOf(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
