/** One change to the sandbox's view of the file system, made before the command starts. */
export type Mask =
  /** An empty folder in place of the host's. */
  | { readonly kind: 'empty'; readonly path: string }
  /** `/dev/null` in place of a socket or a device. */
  | { readonly kind: 'null'; readonly path: string }
  /** Another file in place of the host's. */
  | { readonly kind: 'file'; readonly path: string; readonly source: string }
  /** A file or socket of the host put back into an emptied folder. */
  | { readonly kind: 'keep'; readonly path: string }
  /**
   * The regular files of a folder of the host as they are at the start, put back into an emptied one above it: no socket
   * comes with them, or later. Not where the path is a link: what is hidden is so by its real path.
   */
  | { readonly kind: 'files'; readonly path: string };

export interface MaskFacts {
  /** `/proc/net/unix` of the host. */
  readonly unixSockets: string;
  /** Real path of the host's resolv.conf: kept where its folder is emptied. */
  readonly resolvConf: string;
  /** Block devices and the like below /dev, which only root could open. */
  readonly devices: readonly string[];
  /** Folders that nothing inside may see or change: the database's, and those that the user named. */
  readonly hidden: readonly string[];
  /** Sockets that the user named: they stay reachable. */
  readonly named: readonly string[];
}

/** Folders that hold nothing but the sockets and state of the host's services. */
const EMPTIED = ['/run', '/tmp/.X11-unix', '/tmp/.ICE-unix'];
/**
 * Where container engines lay what a build is given in confidence, such as a registry's token (BuildKit's
 * `RUN --mount=type=secret`, Docker Compose, Podman, Kubernetes): the command has it without egresslock too.
 */
const SECRETS = '/run/secrets';
/** A host with more listening sockets than this gets an error, not a sandbox with holes. */
export const MAXIMUM_MASKS = 2048;

/**
 * Which paths to mask. Unix sockets with a path cross network namespaces: systemd-resolved, nscd, D-Bus, X11,
 * Docker, an SSH agent and any database would be a way out.
 */
export function masksFor(facts: MaskFacts): Mask[] {
  const named = new Set(facts.named);
  const sockets = socketPaths(facts.unixSockets).filter(
    (path) => !named.has(path) && !isBelow(path, EMPTIED),
  );
  const kept = [facts.resolvConf, ...facts.named].filter((path) => isBelow(path, EMPTIED));
  return [
    ...EMPTIED.map((path): Mask => ({ kind: 'empty', path })),
    ...kept.map((path): Mask => ({ kind: 'keep', path })),
    { kind: 'files', path: SECRETS },
    ...[...sockets, ...facts.devices].map((path): Mask => ({ kind: 'null', path })),
    ...facts.hidden.map((path): Mask => ({ kind: 'empty', path })),
  ];
}

/** Paths of sockets bound in the file system; abstract ones (`@`) belong to a network namespace and don't cross. */
export function socketPaths(procNetUnix: string): string[] {
  const paths = procNetUnix
    .split('\n')
    .slice(1)
    .map((line) => /^\S+ \S+ \S+ \S+ \S+ \S+ +\d+ (\/.*)$/.exec(line)?.[1])
    .filter((path): path is string => path !== undefined);
  return [...new Set(paths)].sort();
}

function isBelow(path: string, folders: readonly string[]): boolean {
  // /var/run is a link to /run on every current system; a socket may be listed under either name.
  const real = path.startsWith('/var/run/') ? path.slice('/var'.length) : path;
  return folders.some((folder) => real.startsWith(`${folder}/`));
}
