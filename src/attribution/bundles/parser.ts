import { readProgram } from '../program.js';

/** As much of an ESTree node (github.com/estree/estree) as is looked at here; positions in UTF-16 units. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface Comment {
  readonly type: 'Line' | 'Block';
  readonly value: string;
  readonly start: number;
}

export interface ParsedScript {
  /** Top-level statements. */
  readonly body: readonly SyntaxNode[];
  readonly comments: readonly Comment[];
}

/** Parses a script or a module; null where it is neither. */
export type ScriptParser = (text: string) => ParsedScript | null;

interface Acorn {
  parse(
    text: string,
    options: {
      ecmaVersion: 'latest';
      sourceType: 'module' | 'script';
      allowHashBang: true;
      allowReturnOutsideFunction: boolean;
      onComment: Comment[];
    },
  ): { readonly body: readonly SyntaxNode[] };
}

/** See `readProgram`: the parser is read now, and run when something is parsed. */
export function readParser(): ScriptParser {
  const program = readProgram('acorn');
  return (text) => {
    const acorn = program() as Acorn;
    for (const sourceType of ['module', 'script'] as const) {
      const comments: Comment[] = [];
      try {
        const { body } = acorn.parse(text, {
          ecmaVersion: 'latest',
          sourceType,
          allowHashBang: true,
          // A CommonJS module is the body of a function.
          allowReturnOutsideFunction: sourceType === 'script',
          onComment: comments,
        });
        return { body, comments };
      } catch {
        // The other kind, or neither.
      }
    }
    return null;
  };
}
