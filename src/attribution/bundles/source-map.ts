import { SourceMap } from 'node:module';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where code of a bundle comes from. */
export interface Original {
  /** Absolute path. */
  readonly source: string;
  /** 1-based; null where only the file is known. */
  readonly line: number | null;
}

/** A map that was read. */
export interface ReadMap {
  /** Absolute paths of all that the bundle was made from. */
  readonly sources: readonly string[];
  readonly at: OriginalAt;
}

/** @param line, column 1-based. Null where the map says nothing of the place. */
export type OriginalAt = (line: number, column: number) => Original | null;

/** `webpack://app/./node_modules/left/index.js`: the namespace is no folder. */
const WEBPACK = /^webpack:\/\/[^/]*\//;

/**
 * Reads a source map (ECMA-426).
 * @param folder Absolute path, against which the map names its sources
 * @returns Null where the text is none
 */
export function readSourceMap(text: string, folder: string): ReadMap | null {
  try {
    // A map may begin with a line that keeps it from being run as a script.
    const payload = JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, ''));
    if (typeof payload !== 'object' || payload === null || payload.version !== 3) return null;
    const map = new SourceMap(payload);
    const { sourceRoot } = payload;
    const root = typeof sourceRoot === 'string' ? pathOf(sourceRoot, folder) : folder;
    return {
      sources: sourcesOf(payload).map((source) => pathOf(source, root)),
      at: (line, column) => {
        const entry = map.findEntry(line - 1, column - 1);
        if (!('originalSource' in entry) || typeof entry.originalSource !== 'string') return null;
        return { source: pathOf(entry.originalSource, root), line: entry.originalLine + 1 };
      },
    };
  } catch {
    return null;
  }
}

/** An index map (ECMA-426 §10) has maps within. */
function sourcesOf(payload: { sources?: unknown; sections?: unknown }): string[] {
  const sections = Array.isArray(payload.sections) ? payload.sections : [];
  const parts = [payload, ...sections.map((section) => section?.map ?? {})];
  return parts
    .flatMap(({ sources }) => (Array.isArray(sources) ? sources : []))
    .filter((one) => typeof one === 'string');
}

function pathOf(source: string, folder: string): string {
  if (source.startsWith('file:')) return fileURLToPath(source);
  return posix.resolve(folder, source.replace(WEBPACK, ''));
}
