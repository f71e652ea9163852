import { posix } from 'node:path';
import type { FileReader } from '../file-reader.js';
import { esbuildModules } from './esbuild-modules.js';
import type { ScriptParser } from './parser.js';
import { type Original, type OriginalAt, type ReadMap, readSourceMap } from './source-map.js';

/** What is known of a place in a file. */
export type BundlePlace =
  /** An ordinary file. */
  | { readonly kind: 'file' }
  /** Code that was made from another file. */
  | { readonly kind: 'module'; readonly original: Original }
  /** Code of a bundle that doesn't say where it is from. */
  | { readonly kind: 'bundle' };

/** Tells of files on disk whether they are bundles, and what is in them. Each file is read once. */
export interface Bundles {
  /** @param line, column 1-based. */
  at(path: string, line: number, column: number): BundlePlace;
}

/** Longest bundle or map that is read, in bytes: parsing takes some 20 times as much memory. */
const LONGEST = 16 * 1024 * 1024;
const MAP_COMMENT = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/m;
const INLINE_MAP = /^data:application\/json[^,]*?(;base64)?,/;
/** What bundlers leave in what they make: esbuild's and rolldown's helpers, webpack's, rollup's of CommonJS. */
const MARKS =
  /\b__(?:commonJS|toESM|toCommonJS|esm)(?:Min)?\b|__webpack_(?:require|modules)__|\bgetDefaultExportFromCjs\b/;
/** Nobody writes such lines by hand: the mean of a file, and a single one; in characters. */
const MEAN_LINE = 120;
const LONGEST_LINE = 5000;

/** @param root Real path of the project, in which bundlers are taken to have run. */
export function createBundles(root: string, parse: ScriptParser, files: FileReader): Bundles {
  const known = new Map<string, OriginalAt | 'file' | 'bundle'>();
  const read = (path: string): OriginalAt | 'file' | 'bundle' => {
    const text = files.read(path, LONGEST)?.toString() ?? null;
    if (text === null) return 'file';
    const map = mapOf(text, path, files);
    // What was made from the project's own files alone has one owner, and the file on disk is its proof.
    if (map !== null)
      return map.sources.some((source) => source.includes('/node_modules/')) ? map.at : 'file';
    if (!MARKS.test(text)) return isMinified(text) ? 'bundle' : 'file';
    return moduleKeys(text, root, parse) ?? 'bundle';
  };
  return {
    at: (path, line, column) => {
      const found = known.get(path) ?? read(path);
      known.set(path, found);
      if (found === 'file' || found === 'bundle') return { kind: found };
      const original = found(line, column);
      return original === null ? { kind: 'bundle' } : { kind: 'module', original };
    },
  };
}

function mapOf(text: string, path: string, files: FileReader): ReadMap | null {
  // The last one counts (ECMA-426 §11.1.2).
  const at = Math.max(text.lastIndexOf('//# sourceMappingURL='), text.lastIndexOf('//@ sourceMappingURL='));
  const url = at < 0 ? undefined : MAP_COMMENT.exec(text.slice(at))?.[1];
  if (url === undefined) return null;
  const folder = posix.dirname(path);
  const inline = INLINE_MAP.exec(url);
  if (inline !== null) {
    const data = url.slice(inline[0].length);
    return readSourceMap(
      inline[1] === undefined ? decoded(data) : Buffer.from(data, 'base64').toString(),
      folder,
    );
  }
  const file = posix.resolve(folder, decoded(url));
  const map = files.read(file, LONGEST);
  return map === null ? null : readSourceMap(map.toString(), posix.dirname(file));
}

function moduleKeys(text: string, root: string, parse: ScriptParser): OriginalAt | null {
  const parsed = parse(text);
  const modules = parsed === null ? [] : esbuildModules(parsed, text.length);
  if (modules.length === 0) return null;
  const starts = lineStarts(text);
  return (line, column) => {
    const offset = (starts[line - 1] ?? text.length) + column - 1;
    const found = modules.find(({ start, end }) => start <= offset && offset < end);
    return found === undefined ? null : { source: posix.resolve(root, found.source), line: null };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function isMinified(text: string): boolean {
  const starts = lineStarts(text);
  const isLong = (start: number, index: number): boolean =>
    (starts[index + 1] ?? text.length) - start > LONGEST_LINE;
  return text.length / starts.length > MEAN_LINE || starts.some(isLong);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
