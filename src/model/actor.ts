/** Number of an actor, unique within its run, ascending in the order of the execs. */
export type ActorId = number;

/** Where the directory that identifies a script's package came from (facts: what each package manager sets). */
export type ManifestSource = 'npm_package_json' | 'PNPM_SCRIPT_SRC_DIR' | 'cwd';

/** What the package.json on disk said while the exec was held, before the script could change it. */
export interface ManifestWitness {
  /** Real path of the package's folder, absolute, as seen inside the sandbox. */
  readonly directory: string;
  readonly source: ManifestSource;
  /** `name` of the manifest; null where it has none or it could not be read. */
  readonly name: string | null;
  readonly version: string | null;
  /**
   * The script that the manifest declares for the lifecycle event of the environment; `node-gyp rebuild` where a
   * binding.gyp implies it (npm's scripts documentation, "install"). Null where it declares none.
   */
  readonly declared: string | null;
}

/** How a Node process comes to the preload hook, as the kernel saw its exec. */
export interface Preload {
  /** Which image of its process the exec made: its addresses, as `Image.key` of capture/actors/image.ts has them. */
  readonly image: string;
  /**
   * Whether it is Node itself, as it was before the run, and runs nothing before the hook: what any other process says of
   * itself is not believed.
   */
  readonly isFirst: boolean;
}

/** The process behind an event: one successful exec, and everything that it forked without another exec. */
export interface Actor {
  readonly id: ActorId;
  /** The actor that made the exec; null for the wrapped command itself. */
  readonly parentId: ActorId | null;
  /** Process id in the supervisor's pid namespace. */
  readonly pid: number;
  /** Milliseconds since the run's start. */
  readonly startedAt: number;
  readonly executable: string;
  /** Bounded: see `ACTOR_LIMITS`. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Only the variables of `ACTOR_ENVIRONMENT`; values bounded by `ACTOR_LIMITS`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Present where this exec looks like the start of a lifecycle script. */
  readonly manifest: ManifestWitness | null;
  /** Null where the hook is not loaded, and where the executable is neither Node nor called so. */
  readonly preload: Preload | null;
}

/** Longest argv and environment values that an exec record keeps, so that a hostile exec can't fill the journal. */
export const ACTOR_LIMITS = {
  /** Number of arguments kept. */
  arguments: 64,
  /** Characters kept of each argument or value. */
  characters: 1024,
} as const;

/** The environment variables that an exec record keeps: they name a lifecycle script or its package manager. */
export const ACTOR_ENVIRONMENT: readonly string[] = [
  'INIT_CWD',
  'PNPM_SCRIPT_SRC_DIR',
  'PROJECT_CWD',
  '_PACOTE_NO_PREPARE_',
  'npm_command',
  'npm_config_user_agent',
  'npm_execpath',
  'npm_lifecycle_event',
  'npm_lifecycle_script',
  'npm_package_json',
  'npm_package_name',
  'npm_package_resolved',
  'npm_package_version',
];
