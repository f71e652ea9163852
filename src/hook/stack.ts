import vm from 'node:vm';
import type { ClaimedFrame } from '../model/claim.js';
import {
  bare,
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  slice,
  startsWith,
  uncurry,
  watchProperty,
  watchPrototype,
} from './primordials.js';

/** Frames that are looked at; the outermost beyond them are not told. */
const LIMIT = 64;
/** Frames that are told. */
const TOLD = 40;
/** Characters of a path or a function's name; Linux has PATH_MAX 4096. */
const LONGEST_NAME = 1024;
/** Characters of all texts of a stack: six bytes each in JSON, at the most, and a record has room for it (channel.ts). */
const MOST_TEXT = 16 * 1024;

type Site = NodeJS.CallSite;
type Trace = readonly Site[];
type TracingError = new () => { readonly stack: Trace };

/** The program's own frames of a stack, still in the engine's form. */
export interface TakenStack {
  /** Equal for equal stacks. */
  readonly key: string;
  /** Reads the frames out; dearer than the key. */
  frames(): ClaimedFrame[];
}

/** @returns Takes the stack of here; null where it has no frame of the program's. */
export function createStackTaker(ownFile: string): () => TakenStack | null {
  const trace = createTracer();
  const read = createSiteReader();
  const isOwn = (file: string | null): file is string => file !== null && file !== ownFile;
  return () => {
    const sites = trace();
    let key = '';
    for (let at = 0; at < sites.length; at += 1) {
      const site = sites[at] as Site;
      const file = read.file(site);
      if (isOwn(file)) key += `${file}:${read.position(site)}\n`;
    }
    if (key === '') return null;
    return {
      key,
      frames: () => {
        const frames = bare<ClaimedFrame[]>([]);
        let text = 0;
        for (let at = 0; at < sites.length && frames.length < TOLD && text < MOST_TEXT; at += 1) {
          const site = sites[at] as Site;
          const file = read.file(site);
          if (!isOwn(file)) continue;
          const frame = read.frame(site, file);
          text += frame.file.length + (frame.function ?? '').length;
          frames[frames.length] = frame;
        }
        return frames;
      },
    };
  };
}

/**
 * Stacks are taken by the Error of another realm, whose prepareStackTrace the program can't reach: nothing that it does
 * to its own Error is felt here, and nothing that is done here is felt there. The realm is made when the first stack is
 * taken, since it takes some milliseconds; where the program has replaced by then what makes it, no stack is taken.
 */
function createTracer(): () => Trace {
  const { createContext, runInContext, Script } = vm;
  const below = getPrototypeOf(Script.prototype) as object;
  const checks = [
    watchPrototype(Script),
    watchPrototype(Script.prototype),
    watchProperty(Script.prototype, 'runInContext'),
    watchProperty(below, 'runInContext'),
  ];
  const none: Trace = [];
  const makeRealm = (): TracingError | null => {
    for (let at = 0; at < checks.length; at += 1) if (checks[at]?.() !== true) return null;
    return runInContext(
      `Error.stackTraceLimit = ${LIMIT}; Error.prepareStackTrace = (_, trace) => trace; Error`,
      createContext({ __proto__: null }),
      // All of them: what is left out is asked of Object.prototype.
      {
        filename: 'evalmachine.<anonymous>',
        lineOffset: 0,
        columnOffset: 0,
        cachedData: undefined,
        produceCachedData: false,
        importModuleDynamically: undefined,
        timeout: undefined,
        displayErrors: true,
        breakOnSigint: false,
      } as vm.RunningCodeInNewContextOptions,
    ) as TracingError;
  };
  let realmError: TracingError | null = null;
  return () => {
    realmError ??= makeRealm();
    if (realmError === null) return none;
    const { stack } = new realmError();
    // Where the stack is exhausted, so is the other realm's.
    return typeof stack === 'object' ? stack : none;
  };
}

interface SiteReader {
  /** The file of a frame of the program's; null for frames of Node and of the engine. */
  file(site: Site): string | null;
  /** Offset in the script, which the engine knows without counting lines. */
  position(site: Site): number;
  frame(site: Site, file: string): ClaimedFrame;
}

/** Frames are of the program's realm, by the methods that they have now. */
function createSiteReader(): SiteReader {
  const prototype = getPrototypeOf(nativeSite()) as Record<string, (this: Site) => unknown>;
  /** Engines lack the newer ones. */
  const method = <R>(key: string, otherwise: R): ((site: Site) => R) => {
    const found = prototype[key];
    return found === undefined ? () => otherwise : (uncurry(found) as (site: Site) => R);
  };
  const getFileName = method<string | null>('getFileName', null);
  const getScriptName = method<string | null>('getScriptNameOrSourceURL', null);
  const getPosition = method<number | null>('getPosition', null);
  const getLineNumber = method<number | null>('getLineNumber', null);
  const getColumnNumber = method<number | null>('getColumnNumber', null);
  const getFunctionName = method<string | null>('getFunctionName', null);
  const getScriptHash = method('getScriptHash', '');
  const isAsync = method('isAsync', false);
  const isEval = method('isEval', false);
  return {
    file: (site) => {
      const name = getFileName(site) ?? (isEval(site) ? getScriptName(site) : null);
      return typeof name !== 'string' || name === '' || startsWith(name, 'node:') ? null : name;
    },
    position: (site) => getPosition(site) ?? getLineNumber(site) ?? 0,
    frame: (site, file) => {
      const name = getFunctionName(site);
      const hash = getScriptHash(site);
      return {
        file: slice(file, 0, LONGEST_NAME),
        line: getLineNumber(site) ?? 0,
        column: getColumnNumber(site) ?? 0,
        function: name === null || name === '' ? null : slice(name, 0, LONGEST_NAME),
        isAsync: isAsync(site),
        isEval: isEval(site),
        hash: hash === '' ? null : hash,
      };
    },
  };
}

/** A frame of here, by the program's own Error, which is left as it was. */
function nativeSite(): Site {
  const before = getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  Error.prepareStackTrace = (_, trace) => trace;
  const [site] = new Error().stack as unknown as [Site];
  if (before === undefined) deleteProperty(Error, 'prepareStackTrace');
  else defineProperty(Error, 'prepareStackTrace', before);
  return site;
}
