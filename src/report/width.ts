/** Narrower than this, lines are laid out as if the terminal had this many cells. */
export const NARROWEST = 40;

const MARK = /^\p{M}$/u;
/** East Asian wide and full-width characters and emoji (UAX #11), in blocks. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** Number of terminal cells of text that has been through `plainText`. */
export function cellsOf(text: string): number {
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
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (cellsOf(longer) <= cells) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const rest = [...word];
    while (cellsOf(rest.join('')) > cells) {
      // A single wide character may be wider than the line: it is put there all the same.
      const head = rest.splice(0, Math.max(1, take(rest, cells).length));
      lines.push(head.join(''));
    }
    line = rest.join('');
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** The largest of any number of numbers, 0 where there is none. */
export function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}
