import type { StackFrame, StackRoles } from '../../model/attribution.js';
import type { PackageIdentity } from '../../model/package.js';

/** Reviewed names, from `profiles/stack-roles.json`. */
export interface RoleNames {
  readonly httpClients: ReadonlySet<string>;
  readonly testRunners: ReadonlySet<string>;
}

/** A stack read for its roles. */
export interface ReadStack {
  readonly roles: StackRoles;
  /** True where all code up to the cause is, byte by byte, the file on disk. */
  readonly isProven: boolean;
  /** Frames that claim a dependency's file without being it; they are not believed. */
  readonly forged: readonly StackFrame[];
}

/** Null where no frame belongs to a package. */
export function readStack(frames: readonly StackFrame[], names: RoleNames): ReadStack | null {
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
  return {
    roles: {
      sink: sink.package,
      cause: believed[at]?.package ?? null,
      entry: entry.package,
      frames,
    },
    isProven: forged.length === 0 && upToCause.every((frame) => frame.isFile),
    forged,
  };
}

/**
 * Code of a dependency is its file. The project's own code may have been transpiled on its way, so that its frames need
 * not be.
 */
function isForged(frame: StackFrame): boolean {
  return frame.package !== null && isDependency(frame.package) && !frame.isFile;
}

function isDependency({ location }: PackageIdentity): boolean {
  return /(^|\/)node_modules\//.test(location);
}

function isClient(identity: PackageIdentity, names: RoleNames): boolean {
  return isDependency(identity) && names.httpClients.has(identity.name);
}

function isRunner(identity: PackageIdentity, names: RoleNames): boolean {
  return isDependency(identity) && names.testRunners.has(identity.name);
}
