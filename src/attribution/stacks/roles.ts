import type { StackFrame, StackRoles } from '../../model/attribution.js';
import type { PackageIdentity } from '../../model/package.js';

/** Reviewed names, from `profiles/stack-roles.json`. */
export interface RoleNames {
  readonly httpClients: ReadonlySet<string>;
  readonly testRunners: ReadonlySet<string>;
}

/** A stack read for its roles. */
export interface ReadStack {
  readonly roles: Omit<StackRoles, 'clients'>;
  /** The packages of its `clients`. */
  readonly clients: readonly PackageIdentity[];
  /** True where all code up to the cause is, byte by byte, the file on disk that was there before the run. */
  readonly isProven: boolean;
  /** Frames that claim a dependency's file without being it; they are not believed. */
  readonly forged: readonly StackFrame[];
}

/**
 * Null where no frame belongs to a package.
 * @param isNew Whether the file of a frame is one that the run itself may have written: it proves nothing
 */
export function readStack(
  frames: readonly StackFrame[],
  names: RoleNames,
  isNew: (frame: StackFrame) => boolean,
): ReadStack | null {
  const files = new Set(frames.filter((frame) => frame.isFile).map((frame) => frame.path));
  const isForged = (frame: StackFrame): boolean => isForgedDependency(frame) || isForgedOwn(frame, files);
  const forged = frames.filter(isForged);
  const believed = frames.filter(
    (frame): frame is StackFrame & { package: PackageIdentity } =>
      frame.package !== null && !isForged(frame) && !isRunner(frame.package, names),
  );
  const [sink] = believed;
  const entry = believed.at(-1);
  if (sink === undefined || entry === undefined) return null;
  const at = believed.findIndex((frame) => !isClient(frame.package, names));
  const upToCause = at < 0 ? believed : believed.slice(0, at + 1);
  const cause = isLeanedOnDependency(believed, at) ? null : (believed[at]?.package ?? null);
  return {
    roles: {
      sink: sink.package,
      cause,
      entry: entry.package,
      frames,
    },
    clients: distinct(
      upToCause.map((frame) => frame.package).filter((one) => isClient(one, names)),
    ).reverse(),
    isProven:
      forged.length === 0 &&
      upToCause.every((frame) => frame.isFile && frame.bundle === null && !isNew(frame)),
    forged,
  };
}

/**
 * Code of a dependency is its file. The project's own code may have been transpiled on its way, so that its frames need
 * not be.
 */
function isForgedDependency(frame: StackFrame): boolean {
  return frame.package !== null && isDependency(frame.package) && !frame.isFile && frame.bundle === null;
}

/** A file is transpiled or it is not: where one frame is the file itself, another that only bears its name is not. */
function isForgedOwn(frame: StackFrame, files: ReadonlySet<string>): boolean {
  return frame.package?.location === '' && !frame.isFile && frame.bundle === null && files.has(frame.path);
}

/**
 * Whether the cause would be the project's, by code that can't be proven to be its file and that a dependency has called,
 * with nothing of the project's further out: transpiled code looks so, and so does a dependency that names text after a
 * file of the project's. Nobody is named then.
 */
function isLeanedOnDependency(
  believed: readonly (StackFrame & { package: PackageIdentity })[],
  at: number,
): boolean {
  const frame = believed[at];
  const isProven = frame === undefined || frame.isFile || frame.bundle !== null;
  if (isProven || isDependency(frame.package)) return false;
  const outer = believed.slice(at + 1);
  return outer.some((one) => isDependency(one.package)) && outer.every((one) => isDependency(one.package));
}

function distinct(packages: readonly PackageIdentity[]): PackageIdentity[] {
  return [...new Map(packages.map((one) => [one.location, one])).values()];
}

/** Whether a package is somebody else's, by its place. */
export function isDependency({ location }: PackageIdentity): boolean {
  return /(^|\/)node_modules\//.test(location);
}

function isClient(identity: PackageIdentity, names: RoleNames): boolean {
  return isDependency(identity) && names.httpClients.has(identity.name);
}

function isRunner(identity: PackageIdentity, names: RoleNames): boolean {
  return isDependency(identity) && names.testRunners.has(identity.name);
}
