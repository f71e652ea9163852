import { isArray, ownKeys, quote } from './primordials.js';

type Leaf = string | number | boolean | null;

/**
 * Text of a claim; JSON.stringify would ask each object for a toJSON, which may be the program's, and write what that says.
 * @param value A leaf, or an object or a list that holds such values and nothing else, under texts
 */
export function writeJson(value: Leaf | object): string {
  if (typeof value !== 'object' || value === null) return quote(value);
  let text = '';
  if (isArray(value)) {
    for (let at = 0; at < value.length; at += 1) text += `${at === 0 ? '' : ','}${writeJson(value[at])}`;
    return `[${text}]`;
  }
  const keys = ownKeys(value) as string[];
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] as string;
    const held = (value as Readonly<Record<string, Leaf | object>>)[key] ?? null;
    text += `${at === 0 ? '' : ','}${quote(key)}:${writeJson(held)}`;
  }
  return `{${text}}`;
}
