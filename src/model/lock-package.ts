import type { Actor } from './actor.js';
import type { Attribution } from './attribution.js';

/**
 * The word of the lock for whoever it was: a package's name; `(npm)` for a package manager's own traffic;
 * `(process) curl` where only a process is known. No package name has brackets or blanks.
 */
export function lockPackage(attribution: Attribution, actor: Actor | null): string {
  if (attribution.package !== null) return attribution.package.name;
  if (attribution.manager !== null) return `(${attribution.manager})`;
  return actor === null ? '(process)' : `(process) ${programName(actor)}`;
}

/** What a person would call the process: its script where an interpreter runs one, else its program. */
function programName(actor: Actor): string {
  const program = baseName(actor.executable || actor.argv[0] || '');
  const script = actor.argv.slice(1).find((argument) => !argument.startsWith('-'));
  const isInterpreter = /^(node|nodejs|python[\d.]*|ruby|perl|deno|bun|java|bash|sh|dash)$/.test(program);
  const hasInlineCode = /^-(e|c|p)$/.test(actor.argv[1] ?? '');
  return isInterpreter && script !== undefined && !hasInlineCode ? `${program} ${baseName(script)}` : program;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
