import { isNode, LineCounter, parseDocument } from 'yaml';
import { ConfigError } from './config-error.js';
import type { Path, Place } from './place.js';

/** Characters of a configuration, at most: about 20,000 rules. Longer lists are threat lists. */
const MAXIMUM_CHARACTERS = 1024 * 1024;
/**
 * Levels of lists and objects, at most; a configuration has five. The composer of `yaml` calls itself for each level
 * and, a few thousand deep, takes the process with it instead of throwing (yaml 2.9, measured).
 */
const MAXIMUM_DEPTH = 64;
/** Indicators and blanks at the beginning of a line: each level of block style takes at least one of them. */
const DEEP_BLOCK = new RegExp(`^[ \\t?:-]{${MAXIMUM_DEPTH * 4}}`, 'm');

/** Reads one YAML 1.2 document of plain values. @throws ConfigError */
export function readYaml(text: string, name: string): Place {
  if (text.length > MAXIMUM_CHARACTERS) {
    throw new ConfigError(
      'too-large',
      `${name}: expected at most ${MAXIMUM_CHARACTERS} characters, got ${text.length}`,
    );
  }
  if (isDeep(text)) {
    throw new ConfigError('too-large', `${name}: expected at most ${MAXIMUM_DEPTH} levels, got more`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0]);
    throw new ConfigError('not-yaml', `${name}:${line}: expected YAML: ${problem.message}`, {
      cause: problem,
    });
  }
  const lineOf = (path: Path): number | null => {
    // A key that is not there has the line of what holds it.
    for (let length = path.length; length >= 0; length -= 1) {
      const node: unknown = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return null;
  };
  return { value: plainValue(document, name), path: [], source: { name, lineOf } };
}

function plainValue(document: ReturnType<typeof parseDocument>, name: string): unknown {
  try {
    // An empty file is one without any key.
    return document.toJS() ?? {};
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('not-yaml', `${name}: expected YAML: ${reason}`, { cause });
  }
}

/** Brackets in texts and comments count as well: none has so many that are not closed. */
function isDeep(text: string): boolean {
  if (DEEP_BLOCK.test(text)) return true;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth -= 1;
    if (depth > MAXIMUM_DEPTH) return true;
  }
  return false;
}
