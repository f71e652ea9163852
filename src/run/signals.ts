/** Signals that are passed on to the command. */
const FORWARDED: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  // Without a handler Node opens its debugger at this one.
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGCONT',
  'SIGIO',
  'SIGPWR',
  'SIGURG',
  'SIGWINCH',
];
/** Keys of the terminal, which sends them to the command by itself (termios(3), ISIG). */
const FROM_KEYS: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);
const ENDING: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGTERM']);
/** Within this time, in milliseconds, a second one means that the first did not help; later it is a first one again. */
const IMPATIENCE = 3000;
/** Milliseconds in which one comes once more: timeout(1) sends it to the process first, and to the process group then. */
const TWICE = 50;

export interface SignalTargets {
  /** Process id of the command, null while there is none. */
  readonly command: () => number | null;
  /** Ends the command and all that it started. */
  readonly kill: () => void;
  /** True where Ctrl-C and Ctrl-\ reach the command through the terminal itself. */
  readonly terminal: boolean;
  /** Whether a signal has gone to all of the process group, and so to the command (timeout(1), a terminal's keys). */
  readonly hasReachedGroup: (signal: NodeJS.Signals) => boolean;
}

let isInterrupted = false;

/** Whether a SIGINT has come while a command was running. */
export function wasInterrupted(): boolean {
  return isInterrupted;
}

/** Passes signals on to the command; of SIGINT and SIGTERM a second one soon after ends all of it. Returns what undoes that. */
export function forwardSignals(targets: SignalTargets): () => void {
  let ended: { readonly signal: NodeJS.Signals; readonly at: number } | null = null;
  const forward = (signal: NodeJS.Signals): void => {
    const pid = targets.command();
    if (pid === null) return;
    try {
      process.kill(pid, signal);
    } catch {
      // It has just ended.
    }
  };
  const end = (signal: NodeJS.Signals): void => {
    const at = performance.now();
    const before = ended;
    if (before?.signal === signal && at - before.at < TWICE) return;
    ended = { signal, at };
    if (signal === 'SIGINT') isInterrupted = true;
    if (before !== null && at - before.at < IMPATIENCE) targets.kill();
    else if (!(targets.terminal && FROM_KEYS.has(signal))) {
      const decide = (): void => {
        if (!targets.hasReachedGroup(signal)) forward(signal);
      };
      setTimeout(decide, TWICE).unref();
    }
  };
  const handlers = new Map<NodeJS.Signals, () => void>();
  for (const signal of FORWARDED) {
    handlers.set(signal, () => {
      if (ENDING.has(signal)) end(signal);
      else if (!(targets.terminal && FROM_KEYS.has(signal))) forward(signal);
    });
  }
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
