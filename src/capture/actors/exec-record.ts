import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ACTOR_ENVIRONMENT, ACTOR_LIMITS, type Actor, type ManifestWitness } from '../../model/actor.js';
import { identifyingDirectory, managerOf, startsLifecycleScript } from '../../model/lifecycle.js';
import { HOOK_VARIABLE, type Passport } from '../../model/passport.js';
import { createReadWindow, readProcess } from '../../sandbox/libc.js';
import { LAUNCH_VARIABLE } from '../../sandbox/scripts.js';
import type { Image } from './image.js';
import { type PreloadOrder, preloadOrder } from './preload.js';
import { ProcLink } from './proc.js';

/** A manifest larger than this is nobody's honest package.json (the registry refuses far smaller ones). */
const MANIFEST_MAXIMUM = 4 * 1024 * 1024;

/** Bytes of argv and environment that are read, at most; Linux bounds them at a few MiB. */
const STRINGS_MAXIMUM = 512 * 1024;

/**
 * What a process is just after its exec: read while it is held at its first system call, understood as far as it is asked
 * for. One for all execs, each good until the next is read. Parts that can't be read are empty.
 */
export class ExecRecord {
  readonly #window = createReadWindow(STRINGS_MAXIMUM);
  readonly #executableLink = new ProcLink('exe');
  readonly #folder = new ProcLink('cwd');
  /** The newest environments and what was picked of each: most processes have their parent's. */
  readonly #recent: { readonly bytes: Buffer; readonly selection: Selection }[] = [];
  #selection: Selection = NO_SELECTION;
  #executable = '';
  /** Bytes of the window that hold arguments. */
  #argumentsLength = 0;
  /** Whether there is more of them, or of the environment, than the window holds. */
  #isCut = false;
  #arguments: readonly string[] | undefined;

  /** @param pid A process that has just become the image */
  read(pid: number, image: Image): void {
    const length = image.environmentEnd - image.argumentsAt;
    const read = length > 0 ? Math.max(0, readProcess(this.#window, pid, image.argumentsAt, length)) : 0;
    this.#argumentsLength = Math.min(read, image.argumentsEnd - image.argumentsAt);
    this.#isCut = read < length;
    this.#arguments = undefined;
    this.#selection = this.#select(this.#argumentsLength, read);
    this.#folder.take(pid);
    this.#executable = clip(this.#executableLink.read(pid) ?? '');
  }

  get executable(): string {
    return this.#executable;
  }

  /** Bounded: see `ACTOR_LIMITS`. */
  argv(): readonly string[] {
    return this.#words().slice(0, ACTOR_LIMITS.arguments).map(clip);
  }

  get cwd(): string {
    return this.#folder.target;
  }

  get environment(): Readonly<Record<string, string>> {
    return this.#selection.environment;
  }

  /** One of egresslock's own helpers on the way to the command. */
  get isLauncher(): boolean {
    return this.#selection.isLauncher;
  }

  /** Where the hook stands among what the environment has Node run, were the executable Node; null where it has none. */
  preload(passport: Passport): PreloadOrder | null {
    const { options, channel } = this.#selection;
    // What is longer than the window is not known, and believed nothing.
    return this.#isCut ? 'later' : preloadOrder(passport, options, channel, this.#words());
  }

  /** Of the environment that stands in the window from there to there. */
  #select(start: number, end: number): Selection {
    const { buffer } = this.#window;
    for (const { bytes, selection } of this.#recent) {
      if (bytes.length === end - start && buffer.compare(bytes, 0, bytes.length, start, end) === 0)
        return selection;
    }
    const bytes = Buffer.from(buffer.subarray(start, end));
    const selection = pickVariables(bytes.toString('utf8'));
    this.#recent.unshift({ bytes, selection });
    this.#recent.length = Math.min(this.#recent.length, REMEMBERED);
    return selection;
  }

  /** All arguments, decoded where somebody asks for them. */
  #words(): readonly string[] {
    this.#arguments ??= strings(this.#window.buffer.toString('utf8', 0, this.#argumentsLength));
    return this.#arguments;
  }
}

interface Selection {
  readonly environment: Readonly<Record<string, string>>;
  readonly isLauncher: boolean;
  /** NODE_OPTIONS and `HOOK_VARIABLE`, whole. */
  readonly options: string | null;
  readonly channel: string | null;
}

const NO_SELECTION: Selection = { environment: {}, isLauncher: false, options: null, channel: null };

const REMEMBERED = 4;

/** Picks the kept variables out of a NUL-separated environment; of a name that comes twice the first counts. */
function pickVariables(text: string): Selection {
  const environment: Record<string, string> = {};
  const whole = `\0${text}`;
  const variable = (name: string): string | null => {
    const start = whole.indexOf(`\0${name}=`);
    if (start < 0) return null;
    const from = start + name.length + 2;
    const end = whole.indexOf('\0', from);
    return whole.slice(from, end < 0 ? undefined : end);
  };
  for (const name of ACTOR_ENVIRONMENT) {
    const value = variable(name);
    if (value !== null) environment[name] = clip(value);
  }
  return {
    environment,
    isLauncher: whole.includes(`\0${LAUNCH_VARIABLE}=`),
    options: variable('NODE_OPTIONS'),
    channel: variable(HOOK_VARIABLE),
  };
}

/**
 * Reads the package's manifest where this exec starts a lifecycle script. It is read now, while the process is
 * held: the script may rewrite it, and the package manager may remove the folder when the script fails.
 */
export function witnessManifest(record: ExecRecord, parent: Actor | null): ManifestWitness | null {
  const isParentManager = (): boolean =>
    parent !== null && managerOf(parent.argv, parent.executable) !== null;
  if (!startsLifecycleScript(record.environment, parent?.environment ?? {}, isParentManager)) return null;
  const { directory, source } = identifyingDirectory(
    record.environment,
    parent?.environment ?? {},
    record.cwd,
  );
  try {
    const real = realpathSync(directory);
    const manifest = readManifest(join(real, 'package.json'));
    const declared = declaredScript(manifest.scripts, record.environment.npm_lifecycle_event, real);
    return { directory: real, source, name: text(manifest.name), version: text(manifest.version), declared };
  } catch {
    return { directory, source, name: null, version: null, declared: null };
  }
}

function declaredScript(scripts: unknown, event: string | undefined, directory: string): string | null {
  if (event === undefined) return null;
  const table: Record<string, unknown> =
    typeof scripts === 'object' && scripts !== null ? { ...scripts } : {};
  const own = Object.hasOwn(table, event) ? text(table[event]) : null;
  if (own !== null) return own;
  const implied = event === 'install' && existsSync(join(directory, 'binding.gyp'));
  return implied ? 'node-gyp rebuild' : null;
}

function readManifest(path: string): { name?: unknown; version?: unknown; scripts?: unknown } {
  // Neither a FIFO nor a link laid in its place may hold the supervisor up.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const facts = fstatSync(fd);
    if (!facts.isFile() || facts.size > MANIFEST_MAXIMUM) return {};
    const value: unknown = JSON.parse(readFileSync(fd, 'utf8').replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null ? value : {};
  } finally {
    closeSync(fd);
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? clip(value) : null;
}

/** Of a text in which each ends with a NUL. */
function strings(text: string): string[] {
  if (text === '') return [];
  const parts = text.split('\0');
  if (parts.at(-1) === '') parts.pop();
  return parts;
}

function clip(value: string): string {
  return value.length > ACTOR_LIMITS.characters ? value.slice(0, ACTOR_LIMITS.characters) : value;
}
