/** An entry of a package lock as it stands there; nothing of it is to be believed before it was looked at. */
export type Entry = Readonly<Record<string, unknown>>;

/** The entry's own name where it was installed under another, or is no dependency; else that of its folder. */
export function packageName(location: string, entry: Entry): string {
  return textOf(entry.name) ?? folderName(location);
}

/** `@scope/name` of `node_modules/a/node_modules/@scope/name`; the last part of any other path. */
export function folderName(location: string): string {
  const below = location.split('node_modules/').at(-1) ?? location;
  return location.includes('node_modules/') ? below : (location.split('/').at(-1) ?? location);
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
