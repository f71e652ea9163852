import { ConfigError, type ConfigErrorCode } from './config-error.js';
import { nearest } from './nearest.js';

/** A file that values were read from. */
export interface Source {
  /** For a person: `egresslock.config.yaml`, `profile npm`. */
  readonly name: string;
  /** 1-based line of a value; null where lines mean nothing. */
  lineOf(path: Path): number | null;
}

/** Keys and places in lists that lead to a value. */
export type Path = readonly (string | number)[];

/** A value and where it stands. */
export interface Place {
  readonly value: unknown;
  readonly path: Path;
  readonly source: Source;
}

/** Takes a value from a place. @throws ConfigError that says where, what was expected and what came. */
export type Read<T> = (place: Place) => T;

/** Characters of one text, at most; a host name has at most 253 (RFC 1035 §3.1). */
const MAXIMUM_TEXT = 1024;
/** Characters of what came that an error shows. */
const SHOWN = 80;

export const readText: Read<string> = (place) => {
  const { value } = place;
  if (typeof value !== 'string' || value === '') throw unexpected(place, 'a text');
  if (value.length > MAXIMUM_TEXT) throw unexpected(place, `a text of at most ${MAXIMUM_TEXT} characters`);
  return value;
};

/** A whole number; both ends count. */
export function readWhole(from: number, to: number): Read<number> {
  return (place) => {
    const { value } = place;
    if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
    throw unexpected(place, `a whole number from ${from} to ${to}`);
  };
}

export function readWord<T extends string>(words: readonly T[]): Read<T> {
  return (place) => {
    const word = words.find((known) => known === place.value);
    if (word !== undefined) return word;
    throw unexpected(place, `one of ${words.join(', ')}`, hint(place.value, words));
  };
}

/** A list of so many entries at most; it may be empty where `least` is 0. */
export function readList<T>(read: Read<T>, least: number, most: number): Read<T[]> {
  return (place) => {
    const { value } = place;
    if (!Array.isArray(value)) throw unexpected(place, 'a list');
    if (value.length < least) throw unexpected(place, `a list of at least ${least}`);
    if (value.length > most) throw unexpected(place, `a list of at most ${most}`);
    return value.map((_, index) => read(child(place, index)));
  };
}

/** A list, or one entry that stands for a list of one. */
export function readOneOrMore<T>(read: Read<T>, least: number, most: number): Read<T[]> {
  return (place) => (Array.isArray(place.value) ? readList(read, least, most)(place) : [read(place)]);
}

type Values<Fields> = {
  readonly [Name in keyof Fields]: Fields[Name] extends Read<infer T> ? T | null : never;
};

/** An object with these keys and no others; null for a key that is not there. */
export function readFields<Fields extends Record<string, Read<unknown>>>(
  fields: Fields,
): Read<Values<Fields>> {
  return (place) => {
    const record = readRecord(place);
    for (const key of record.keys()) {
      if (Object.hasOwn(fields, key)) continue;
      const names = Object.keys(fields);
      throw failure(
        { ...place, path: [...place.path, key] },
        'unknown-key',
        `expected one of the keys ${names.join(', ')}, got ${show(key)}${hint(key, names)}`,
      );
    }
    const values = Object.entries(fields).map(([name, read]) => {
      const own = record.get(name);
      return [name, own === undefined ? null : read(own)];
    });
    return Object.fromEntries(values) as Values<Fields>;
  };
}

/** An object with any keys. */
export function readRecord(place: Place): Map<string, Place> {
  const { value } = place;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unexpected(place, 'an object');
  }
  return new Map(Object.keys(value).map((key) => [key, child(place, key)]));
}

/** The error of a place where something else was expected. */
export function unexpected(place: Place, expectation: string, remark = ''): ConfigError {
  return failure(place, 'bad-value', `expected ${expectation}, got ${show(place.value)}${remark}`);
}

/** Words whose letters are more like another word than like the one that is meant. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ['https', 'tls'],
  ['ssl', 'tls'],
]);

/** ` (did you mean x?)`, or nothing where no word is alike. */
export function hint(value: unknown, words: Iterable<string>): string {
  const like = typeof value === 'string' ? (MEANT.get(value) ?? nearest(value, words)) : null;
  return like === null ? '' : `; did you mean ${like}?`;
}

function failure(place: Place, code: ConfigErrorCode, what: string): ConfigError {
  const line = place.source.lineOf(place.path);
  const file = line === null ? place.source.name : `${place.source.name}:${line}`;
  const path = formatPath(place.path);
  return new ConfigError(code, path === '' ? `${file}: ${what}` : `${file}: ${path}: ${what}`);
}

function child(place: Place, key: string | number): Place {
  const { value } = place;
  const own = Object.getOwnPropertyDescriptor(value, key)?.value;
  return { value: own, path: [...place.path, key], source: place.source };
}

/** `rules[2].ports` */
function formatPath(path: Path): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`))
    .join('');
}

function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  const text = Array.isArray(value)
    ? 'a list'
    : typeof value === 'object'
      ? 'an object'
      : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
