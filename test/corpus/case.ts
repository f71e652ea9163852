/** A package of the corpus: its files below its folder in node_modules. */
export interface CorpusPackage {
  readonly name: string;
  readonly type?: 'module';
  readonly files: Readonly<Record<string, string>>;
}

export interface CorpusCase {
  /** Label of its host, and suffix of its package's name. */
  readonly id: string;
  readonly category: string;
  /** Package that must be named; null where none may be. */
  readonly cause: string | null;
  /** Where more than one must be named. */
  readonly causes?: readonly string[];
  /** Its export is called with the host. */
  readonly package: CorpusPackage;
  /** True where the code is the project's own. */
  readonly app?: boolean;
  /** Folder below node_modules → a further package. */
  readonly packages?: Readonly<Record<string, CorpusPackage>>;
  /** Folder below node_modules that the package's own is a link to. */
  readonly linkedFrom?: string;
  /** Folder of the project that the package's own is a link to. */
  readonly workspace?: string;
}
