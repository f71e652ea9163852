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

export interface SignalTargets {
  /** Process id of the command, null while there is none. */
  readonly command: () => number | null;
  /** Ends the command and all that it started. */
  readonly kill: () => void;
  /** True where Ctrl-C and Ctrl-\ reach the command through the terminal itself. */
  readonly terminal: boolean;
}

/** Passes signals on to the command; of SIGINT and SIGTERM a second one soon after ends all of it. Returns what undoes that. */
export function forwardSignals(targets: SignalTargets): () => void {
  let endedAt = Number.NEGATIVE_INFINITY;
  const forward = (signal: NodeJS.Signals): void => {
    const pid = targets.command();
    if (pid === null) return;
    try {
      process.kill(pid, signal);
    } catch {
      // It has just ended.
    }
  };
  const handlers = new Map<NodeJS.Signals, () => void>();
  for (const signal of FORWARDED) {
    handlers.set(signal, () => {
      const isRepeated = ENDING.has(signal) && performance.now() - endedAt < IMPATIENCE;
      if (ENDING.has(signal)) endedAt = performance.now();
      if (isRepeated) targets.kill();
      else if (!(targets.terminal && FROM_KEYS.has(signal))) forward(signal);
    });
  }
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
