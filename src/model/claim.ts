/** One frame of a stack as a process told it: a claim, like all that comes from inside the sandbox. */
export interface ClaimedFrame {
  /** Path or `file:` URL of the script; never empty. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** Null for code at the top of a file and for functions without a name. */
  readonly function: string | null;
  /** True where the frame awaits the ones before it. */
  readonly isAsync: boolean;
  /** True for code that came from eval or `new Function`, whatever name it gave itself. */
  readonly isEval: boolean;
  /** SHA-256 of the script's text in hex; null where the engine does not tell it. */
  readonly hash: string | null;
}

/** Number of a stack or a socket, unique within one thread of one process. */
export type ClaimNumber = number;

/**
 * What the preload hook inside a node process says of one entry point. Each is one datagram: a token, a blank and JSON,
 * with `thread` (Node's thread id) and `seq` (ascending within the thread; a gap is a lost record). The token is made by
 * the hook of the thread before any other code runs there, and never leaves it but on the channel: whoever writes
 * without it is not the hook.
 */
export type Claim =
  /**
   * The hook is there; the first hello of a thread says which token is its own. `image` is which of its process's images
   * speaks (`Preload.image`), since a process may say something, exec, and be read only then.
   */
  | { readonly kind: 'hello'; readonly version: string; readonly image: string }
  /**
   * A thread was started: a hello of a thread that nobody has announced is forged. `id` is null for Node's own thread for
   * module hooks, whose number nobody tells.
   */
  | { readonly kind: 'worker'; readonly id: number | null }
  /** The process is being debugged, from inside or outside: from now on others may speak in the hook's place. */
  | { readonly kind: 'exposed' }
  /** A stack that later claims name by its number; innermost frame first, without frames of Node or of the hook. */
  | { readonly kind: 'stack'; readonly id: ClaimNumber; readonly frames: readonly ClaimedFrame[] }
  | {
      readonly kind: 'connect';
      readonly address: string;
      readonly port: number;
      readonly localPort: number;
      /** The name that the program asked for; null where it gave an address. */
      readonly host: string | null;
      readonly socket: ClaimNumber;
      /** Null where no code of the program's was on the stack. */
      readonly stack: ClaimNumber | null;
    }
  | {
      readonly kind: 'datagram';
      readonly address: string;
      readonly port: number;
      readonly localPort: number;
      readonly host: string | null;
      readonly stack: ClaimNumber | null;
    }
  /** A name was asked for, by getaddrinfo or by c-ares. */
  | { readonly kind: 'lookup'; readonly name: string; readonly stack: ClaimNumber | null }
  /** A request was put on a socket, which may have been open for long. */
  | { readonly kind: 'request'; readonly socket: ClaimNumber; readonly stack: ClaimNumber | null };

/** A claim with its sender. The process is the kernel's word (SCM_CREDENTIALS, unix(7)), the rest is the sender's. */
export interface HeardClaim {
  readonly pid: number;
  readonly thread: number;
  readonly seq: number;
  readonly token: string;
  /** Milliseconds since the run's start, when it was read. */
  readonly at: number;
  readonly claim: Claim;
}

/** What all claims of a run came to. */
export interface HeardClaims {
  readonly claims: readonly HeardClaim[];
  /** Records that never came, by the gaps in their numbers. */
  readonly lost: number;
  /** Datagrams that were no claim. */
  readonly malformed: number;
  /** True where the channel was shut in mid-run: whoever has it can do that. */
  readonly isCut: boolean;
}
