/*
 * What the hook needs of the language, as it was before any code of the program's ran: a program may replace each method
 * of each prototype, would be called in the hook's place, and could shift its own calls to another package. So in what
 * runs later nothing is looked up on a shared prototype: methods are called through what is taken here; loops count,
 * since `for … of`, `[a] = …` and `[...a]` ask Array.prototype; objects that are handed to the engine have no prototype.
 */
export const {
  apply,
  construct,
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  ownKeys,
  setPrototypeOf,
} = Reflect;
export const { isArray } = Array;
export const { hasOwn } = Object;
const { create, getOwnPropertyDescriptors } = Object;
const { bind, call } = Function.prototype;

/** A method as a function of its object. */
export const uncurry = bind.bind(call) as <S, A extends readonly unknown[], R>(
  method: (this: S, ...args: A) => R,
) => (self: S, ...args: A) => R;

export const startsWith = uncurry<string, [string], boolean>(String.prototype.startsWith);
export const includes = uncurry<string, [string], boolean>(String.prototype.includes);
export const indexOf = uncurry<string, [string, number?], number>(String.prototype.indexOf);
export const slice = uncurry<string, [number, number?], string>(String.prototype.slice);
/** Asks no toJSON only where it is given no object. */
export const quote = JSON.stringify as (value: string | number | boolean | null) => string;
/** What a symbol is called; its getter is the program's to replace. */
export const descriptionOf = uncurry<symbol, [], string | undefined>(
  (Object.getOwnPropertyDescriptor(Symbol.prototype, 'description') as { get(): string | undefined }).get,
);

/** Gives an object, as soon as it is made, its class's methods to itself: what they are replaced by is not felt. */
export function secluded<T extends object>(made: T): T {
  setPrototypeOf(made, create(null, getOwnPropertyDescriptors(getPrototypeOf(made) ?? {})));
  return made;
}

/**
 * Takes an object's or a list's prototype away: what it lacks is lacking, and `list[list.length] = …` adds to a list
 * whatever setters the program has for numbers.
 */
export function bare<T extends object>(made: T): T {
  setPrototypeOf(made, null);
  return made;
}

/** @returns Whether a property still has the value that it has now. */
export function watchProperty(owner: object, key: string): () => boolean {
  const before = getOwnPropertyDescriptor(owner, key)?.value;
  return () => {
    const now = getOwnPropertyDescriptor(owner, key);
    return now !== undefined && hasOwn(now, 'value') && now.value === before;
  };
}

/** @returns Whether an object still has the prototype that it has now. */
export function watchPrototype(owner: object): () => boolean {
  const before = getPrototypeOf(owner);
  return () => getPrototypeOf(owner) === before;
}
