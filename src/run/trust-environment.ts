/** Files of certificates that clients are to trust. */
export interface TrustFiles {
  /** All that the host trusts, and the run's authority. */
  readonly bundle: string;
  /** The run's authority, and what the caller had Node trust beside its own. */
  readonly additional: string;
}

/**
 * Variables that name a bundle in the place of the program's own, by the programs' documentation: curl, OpenSSL and Go
 * (which share one), git, Python's requests and pip, npm, yarn 2 and later, cargo, Deno, AWS's and Perl's clients,
 * Ruby's bundler, and whatever is linked against gRPC.
 */
const BUNDLE_VARIABLES = [
  'CURL_CA_BUNDLE',
  'SSL_CERT_FILE',
  'GIT_SSL_CAINFO',
  'REQUESTS_CA_BUNDLE',
  'PIP_CERT',
  'npm_config_cafile',
  'YARN_HTTPS_CA_FILE_PATH',
  'CARGO_HTTP_CAINFO',
  'DENO_CERT',
  'AWS_CA_BUNDLE',
  'PERL_LWP_SSL_CA_FILE',
  'BUNDLE_SSL_CA_CERT',
  'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH',
];

/** The environment in which clients trust the run's authority. A process that empties its own does not see it. */
export function trustEnvironment(given: NodeJS.ProcessEnv, files: TrustFiles): NodeJS.ProcessEnv {
  return {
    ...given,
    ...Object.fromEntries(BUNDLE_VARIABLES.map((name) => [name, files.bundle])),
    // Read once, at the start of each node process: added to those that Node has built in.
    NODE_EXTRA_CA_CERTS: files.additional,
  };
}
