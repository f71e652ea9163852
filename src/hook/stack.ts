import vm from 'node:vm';
import type { ClaimedFrame } from '../model/claim.js';

/** Frames that are looked at; the outermost beyond them are not told. */
const LIMIT = 64;
/** Frames that are told. */
const TOLD = 40;
/** Characters of a path or a function's name; Linux has PATH_MAX 4096. */
const LONGEST_NAME = 1024;

type Trace = readonly NodeJS.CallSite[];

/*
 * Stacks are taken by the Error of another realm, whose prepareStackTrace the program can't reach: nothing that it does
 * to its own Error is felt here, and nothing that is done here is felt there.
 */
let realmError: (new () => { readonly stack: Trace }) | null = null;
const { createContext, runInContext } = vm;

function trace(): Trace {
  realmError ??= runInContext(
    `Error.stackTraceLimit = ${LIMIT}; Error.prepareStackTrace = (_, trace) => trace; Error`,
    createContext(Object.create(null)),
  ) as new () => { readonly stack: Trace };
  const { stack } = new realmError();
  // Where the stack is exhausted, so is the other realm's.
  return typeof stack === 'object' ? stack : [];
}

/** The program's own frames of a stack, still in the engine's form. */
export interface TakenStack {
  /** Equal for equal stacks. */
  readonly key: string;
  /** Reads the frames out; dearer than the key. */
  frames(): ClaimedFrame[];
}

/** The stack of here; null where it has no frame of the program's. */
export function takeStack(ownFile: string): TakenStack | null {
  const kept: NodeJS.CallSite[] = [];
  let key = '';
  for (const site of trace()) {
    const file = fileOf(site);
    if (file === null || file === ownFile) continue;
    key += `${file}:${positionOf(site)}\n`;
    kept.push(site);
  }
  if (kept.length === 0) return null;
  return { key, frames: () => kept.slice(0, TOLD).map(toFrame) };
}

/** The file of a frame of the program's; null for frames of Node and of the engine. */
function fileOf(site: NodeJS.CallSite): string | null {
  const name = site.getFileName() ?? (site.isEval() ? site.getScriptNameOrSourceURL() : null);
  if (typeof name !== 'string' || name === '' || name.startsWith('node:')) return null;
  return name;
}

/** Offset in the script, which the engine knows without counting lines. */
function positionOf(site: NodeJS.CallSite): number {
  return (site as { getPosition?: () => number }).getPosition?.() ?? site.getLineNumber() ?? 0;
}

function toFrame(site: NodeJS.CallSite): ClaimedFrame {
  const hash = (site as { getScriptHash?: () => string }).getScriptHash?.() ?? '';
  return {
    file: (fileOf(site) ?? '').slice(0, LONGEST_NAME),
    line: site.getLineNumber() ?? 0,
    column: site.getColumnNumber() ?? 0,
    function: site.getFunctionName()?.slice(0, LONGEST_NAME) || null,
    isAsync: (site as { isAsync?: () => boolean }).isAsync?.() ?? false,
    isEval: site.isEval(),
    hash: hash === '' ? null : hash,
  };
}
