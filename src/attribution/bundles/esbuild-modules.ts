import type { ParsedScript, SyntaxNode } from './parser.js';

/** A part of a bundle and the file that it was made from. */
export interface BundledModule {
  /** Offsets in UTF-16 units; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Path as esbuild has written it, relative to the folder in which it ran. */
  readonly source: string;
}

/** `var require_left = __commonJS({ "node_modules/left/index.js"(exports, module) { … } })`; `__esm` alike. */
const WRAPPER = /^__(?:commonJS|esm)(?:Min)?\d*$/;
/** `// node_modules/left/index.js` before what was an ES module. */
const HEADING = /^ (\S.*\.[cm]?[jt]sx?)$/;

/**
 * The modules of a bundle that esbuild has not minified. Only what stands between top-level statements counts, and only
 * real syntax: text in a module that looks the same is the module's own.
 */
export function esbuildModules({ body, comments }: ParsedScript, length: number): BundledModule[] {
  const statements = unwrapped(body);
  const wrapped = statements.flatMap(wrappedModules);
  const headings = comments.flatMap((comment) => {
    const source = comment.type === 'Line' ? HEADING.exec(comment.value)?.[1] : undefined;
    const isInside = statements.some(({ start, end }) => start < comment.start && comment.start < end);
    return source === undefined || isInside ? [] : [{ start: comment.start, source }];
  });
  const end = statements.at(-1)?.end ?? length;
  const sections = headings.map((heading, index) => ({ ...heading, end: headings[index + 1]?.start ?? end }));
  // A wrapped module lies in the section with its own name: the closer one is asked first.
  return [...wrapped, ...sections];
}

/** The statements of the function that holds the whole bundle, where one does (`format: 'iife'`). */
function unwrapped(body: readonly SyntaxNode[]): readonly SyntaxNode[] {
  const rest = body.filter((node) => node.directive === undefined);
  const called = asNode(rest[0]?.expression) ?? asNode(asList(rest[0]?.declarations)[0]?.init);
  const made = called?.type === 'CallExpression' ? asNode(called.callee) : null;
  if (rest.length !== 1 || made === null || !/Function/.test(made.type)) return body;
  return asList(asNode(made.body)?.body);
}

function wrappedModules(statement: SyntaxNode): BundledModule[] {
  return asList(statement.declarations).flatMap((declaration) => {
    const call = asNode(declaration.init);
    const name = asNode(call?.callee)?.name;
    if (call?.type !== 'CallExpression' || typeof name !== 'string' || !WRAPPER.test(name)) return [];
    return asList(asList(call.arguments)[0]?.properties).flatMap(({ start, end, key }) => {
      const source = asNode(key)?.value;
      return typeof source === 'string' ? [{ start, end, source }] : [];
    });
  });
}

function asNode(value: unknown): SyntaxNode | null {
  return typeof value === 'object' && value !== null && 'type' in value ? (value as SyntaxNode) : null;
}

function asList(value: unknown): readonly SyntaxNode[] {
  return Array.isArray(value) ? value.filter((one) => asNode(one) !== null) : [];
}
