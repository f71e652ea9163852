/** Signals that are passed on to the command. The terminal sends its own to the command directly. */
const FORWARDED: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGWINCH'];

export interface SignalTargets {
  /** Process id of the command, null while there is none. */
  readonly command: () => number | null;
  /** Ends the command and all that it started. */
  readonly kill: () => void;
  /** True where Ctrl-C reaches the command through the terminal itself. */
  readonly terminal: boolean;
}

/**
 * Passes signals on to the command; a second SIGINT or SIGTERM ends all of it. Returns what undoes that.
 */
export function forwardSignals(targets: SignalTargets): () => void {
  let interruptions = 0;
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
      if (signal === 'SIGTERM' && interruptions++ > 0) targets.kill();
      else forward(signal);
    });
  }
  handlers.set('SIGINT', () => {
    if (interruptions++ > 0) targets.kill();
    else if (!targets.terminal) forward('SIGINT');
  });
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
