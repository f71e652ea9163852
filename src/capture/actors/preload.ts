import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Passport } from '../../model/passport.js';

/** Where the hook stands among what is run in a process: `first`, or `later`, behind what could speak in its place. */
export type PreloadOrder = 'first' | 'later';

/**
 * Options of Node by which code comes before what is preloaded, or without it: what a snapshot is made of runs alone, its
 * heap is there from the start, and a debugger may evaluate what it likes. Node takes an underscore for a dash
 * (src/node_options-inl.h).
 */
const EARLIER =
  /^--(build-snapshot(-config)?|snapshot-blob|inspect(-brk|-brk-node|-wait|-port|-publish-uid)?)(=|$)/;

/**
 * The order that the environment and arguments of an exec of Node lead to; null where the hook is not loaded at all. What
 * NODE_OPTIONS preloads comes before what the command line does (node's CLI documentation).
 */
export function preloadOrder(
  passport: Passport,
  options: string | null,
  channel: string | null,
  argv: readonly string[],
): PreloadOrder | null {
  if (options === null || channel !== passport.channel || !options.includes(passport.option)) return null;
  const isFirst = options === passport.option || options.startsWith(`${passport.option} `);
  // Node drops quotes and backslashes wherever they stand in a word.
  const words = [...argv.slice(1), ...options.replaceAll(/["\\]/g, '').split(/\s+/)];
  return isFirst && !words.some((word) => EARLIER.test(word.replaceAll('_', '-'))) ? 'first' : 'later';
}

/** node::Start, which every Node exports, and every program that is linked with its library asks for. */
const START = Buffer.from('\0_ZN4node5StartEiPPc\0');
/** Bytes of an ELF header, and where it says where the section headers begin, how long one is and how many (elf(5)). */
const ELF_HEADER = { size: 64, sections: 0x28, sectionSize: 0x3a, sectionCount: 0x3c } as const;
/** Fields of a section header. */
const SECTION = { least: 64, type: 0x04, offset: 0x18, size: 0x20, link: 0x28 } as const;
const SHT_DYNSYM = 11;
/** Longest table of names that is read; Node's has some 5 MB. */
const LONGEST_NAMES = 64 * 1024 * 1024;

/** Paths of executables that are remembered as none of Node's; a run with more has the rest looked at each time. */
const MOST_OTHERS = 10_000;

/**
 * Knows Node's executables: a file that merely bears the name says nothing about what it runs. One that was written or
 * replaced since the run's start is none.
 */
export class NodeExecutables {
  readonly #epoch: number;
  /** File, with the time of its last change → whether it is Node. */
  readonly #known = new Map<string, boolean>();
  readonly #others = new Set<string>();

  /** @param epoch Epoch milliseconds of the run's start */
  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  /** Whether a process runs Node itself, under whatever name. @param executable What /proc/PID/exe links to */
  runs(pid: number, executable: string): boolean {
    if (this.#others.has(executable)) return false;
    const isGenuine = this.isGenuine(`/proc/${pid}/exe`);
    // Most execs are of the same few programs, which a path that was none before is enough to leave out.
    if (!isGenuine && this.#others.size < MOST_OTHERS) this.#others.add(executable);
    return isGenuine;
  }

  isGenuine(path: string): boolean {
    try {
      const { dev, ino, size, ctimeNs, ctimeMs } = statSync(path, { bigint: true });
      if (Number(ctimeMs) >= this.#epoch) return false;
      const key = `${dev} ${ino} ${size} ${ctimeNs}`;
      const known = this.#known.get(key);
      if (known !== undefined) return known;
      const found = namesStart(path);
      this.#known.set(key, found);
      return found;
    } catch {
      return false;
    }
  }
}

/** Whether a 64-bit ELF file has `node::Start` among its dynamic names. @throws Error of the file system */
function namesStart(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    if (!fstatSync(file).isFile()) return false;
    const header = bytesAt(file, 0, ELF_HEADER.size);
    if (header.toString('latin1', 0, 5) !== '\x7fELF\x02') return false;
    const size = header.readUInt16LE(ELF_HEADER.sectionSize);
    const count = header.readUInt16LE(ELF_HEADER.sectionCount);
    if (size < SECTION.least) return false;
    const table = bytesAt(file, Number(header.readBigUInt64LE(ELF_HEADER.sections)), size * count);
    for (let at = 0; at < table.length; at += size) {
      if (table.readUInt32LE(at + SECTION.type) !== SHT_DYNSYM) continue;
      const names = table.readUInt32LE(at + SECTION.link) * size;
      const length = Number(table.readBigUInt64LE(names + SECTION.size));
      if (length > LONGEST_NAMES) return false;
      return bytesAt(file, Number(table.readBigUInt64LE(names + SECTION.offset)), length).includes(START);
    }
    return false;
  } finally {
    closeSync(file);
  }
}

/** @throws RangeError Where the file is shorter, or has no such place. */
function bytesAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  if (readSync(file, bytes, 0, length, position) !== length) throw new RangeError('unexpected end of file');
  return bytes;
}
