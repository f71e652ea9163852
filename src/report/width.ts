/** Narrower than this, lines are laid out as if the terminal had this many cells. */
export const NARROWEST = 40;

const MARK = /^\p{M}$/u;
/** East Asian wide and full-width characters and emoji (UAX #11), in blocks. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** One cell each: nearly all text is of nothing else. */
const PLAIN = /^[ -~]*$/;

/** Number of terminal cells of text that has been through `plainText`. */
export function cellsOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += cellsOfCharacter(character);
  return cells;
}

function cellsOfCharacter(character: string): number {
  return MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

export function padEnd(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellsOf(text)));
}

export function padStart(text: string, cells: number): string {
  return ' '.repeat(Math.max(0, cells - cellsOf(text))) + text;
}

/** Cuts the end off: what matters of a command line is its beginning. */
export function keepStart(text: string, cells: number): string {
  return cellsOf(text) <= cells ? text : `${take([...text], cells - 3).join('')}...`;
}

/** Cuts the beginning off: what matters of a host name is its end, which is the part that somebody has registered. */
export function keepEnd(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text;
  return `...${take([...text].reverse(), cells - 3)
    .reverse()
    .join('')}`;
}

function take(characters: readonly string[], cells: number): string[] {
  const taken: string[] = [];
  let left = cells;
  for (const character of characters) {
    left -= cellsOfCharacter(character);
    if (left < 0) break;
    taken.push(character);
  }
  return taken;
}

/** Lines of at most `cells` cells, broken at blanks; a word that is longer than a line is broken within. */
export function wrap(text: string, cells: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const part of text.split(' ').flatMap((word) => piecesOf(word, cells))) {
    const width = cellsOf(part);
    if (line !== '' && used + 1 + width > cells) {
      lines.push(line);
      line = '';
    }
    used = line === '' ? width : used + 1 + width;
    line = line === '' ? part : `${line} ${part}`;
  }
  return line === '' ? lines : [...lines, line];
}

function piecesOf(word: string, cells: number): string[] {
  if (word !== '' && cellsOf(word) <= cells) return [word];
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const character of word) {
    const width = cellsOfCharacter(character);
    if (piece !== '' && used + width > cells) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += width;
  }
  return piece === '' ? pieces : [...pieces, piece];
}

/** The largest of any number of numbers, 0 where there is none. */
export function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}
