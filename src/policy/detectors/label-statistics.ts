import { HOST_WORDS } from './lists/host-words.js';

const LETTERS = 26;
const A = 'a'.charCodeAt(0);
/** Added to each count, so that a pair that no word has is rare, not impossible. */
const SMOOTHING = 0.35;
/** Bits that each change between letters and digits, beyond the first, costs: programs mix them, people append them. */
const CHANGE = 1.6;

/** Shannon entropy of a text, in bits a character; 0 for the empty one. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const length = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts.values()].reduce((sum, count) => sum - (count / length) * Math.log2(count / length), 0);
}

/**
 * How much better chance explains a label than the habits of people who name hosts: log2 of the likelihood ratio, by
 * pairs of letters and by the mixture of digits. Above 0 chance is the better guess; each bit doubles the odds. It grows
 * with the length, since a long random label is surer than a short one.
 */
export function strangeness(label: string): number {
  let bits = 0;
  let changes = 0;
  const lower = label.toLowerCase();
  for (let index = 1; index < lower.length; index += 1) {
    const before = letterAt(lower, index - 1);
    const here = letterAt(lower, index);
    if (before !== null && here !== null) bits -= Math.log2(pairProbability(before, here) * LETTERS);
    const isDigitHere = isDigit(lower, index);
    if ((isDigit(lower, index - 1) && here !== null) || (before !== null && isDigitHere)) changes += 1;
  }
  return bits + Math.max(0, changes - 1) * CHANGE;
}

/** P(second | first), from the pairs of `HOST_WORDS`. */
function pairProbability(first: number, second: number): number {
  probabilities ??= train(HOST_WORDS.trim().split(/\s+/));
  return probabilities[first * LETTERS + second] ?? 1 / LETTERS;
}

function letterAt(text: string, index: number): number | null {
  const code = text.charCodeAt(index) - A;
  return code >= 0 && code < LETTERS ? code : null;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

/** Made when it is first asked for: most runs have no label to judge, and none should start later for it. */
let probabilities: Float64Array | null = null;

function train(words: readonly string[]): Float64Array {
  const counts = new Float64Array(LETTERS * LETTERS).fill(SMOOTHING);
  for (const word of words) {
    for (let index = 1; index < word.length; index += 1) {
      const first = letterAt(word, index - 1);
      const second = letterAt(word, index);
      if (first === null || second === null) continue;
      const cell = first * LETTERS + second;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  }
  for (let first = 0; first < counts.length; first += LETTERS) {
    const row = counts.subarray(first, first + LETTERS);
    const total = row.reduce((sum, one) => sum + one, 0);
    row.forEach((count, second) => {
      row[second] = count / total;
    });
  }
  return counts;
}
