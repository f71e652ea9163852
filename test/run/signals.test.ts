import { afterEach, expect, test, vi } from 'vitest';
import { forwardSignals } from '../../src/run/signals.js';

let restore = (): void => {};
afterEach(() => {
  restore();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** What each of the signals leads to: `kill` for the end of all, else what is sent to the command, as process 7. */
function outcome(
  terminal: boolean,
  signals: readonly (NodeJS.Signals | number)[],
): readonly (NodeJS.Signals | 'kill')[] {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
  const said: (NodeJS.Signals | 'kill')[] = [];
  vi.spyOn(process, 'kill').mockImplementation((pid, signal) => {
    expect(pid).toBe(7);
    said.push(signal as NodeJS.Signals);
    return true;
  });
  restore = forwardSignals({
    command: () => 7,
    kill: () => said.push('kill'),
    terminal,
    hasReachedGroup: () => false,
  });
  for (const signal of signals) {
    if (typeof signal === 'number') vi.advanceTimersByTime(signal);
    else process.emit(signal);
  }
  vi.advanceTimersByTime(1000);
  return said;
}

test.each([
  {
    name: 'each is passed on',
    terminal: false,
    signals: ['SIGHUP', 'SIGQUIT', 'SIGINT'] as const,
    said: ['SIGHUP', 'SIGQUIT', 'SIGINT'],
  },
  {
    name: 'what the terminal has sent is not sent again',
    terminal: true,
    signals: ['SIGINT', 'SIGQUIT', 'SIGHUP'] as const,
    said: ['SIGHUP'],
  },
  {
    name: 'one that comes twice at once is one',
    terminal: false,
    signals: ['SIGTERM', 5, 'SIGTERM', 5000, 'SIGINT', 'SIGINT'] as const,
    said: ['SIGTERM', 'SIGINT'],
  },
  {
    name: 'a second one soon after ends all',
    terminal: false,
    signals: ['SIGTERM', 1000, 'SIGTERM'] as const,
    said: ['SIGTERM', 'kill'],
  },
  {
    name: 'so does the other one',
    terminal: true,
    signals: ['SIGINT', 1000, 'SIGTERM'] as const,
    said: ['kill'],
  },
  {
    name: 'a later one is a first one',
    terminal: false,
    signals: ['SIGTERM', 3_600_000, 'SIGTERM'] as const,
    said: ['SIGTERM', 'SIGTERM'],
  },
  { name: 'on a terminal too', terminal: true, signals: ['SIGINT', 3_600_000, 'SIGINT'] as const, said: [] },
])('$name', ({ terminal, signals, said }) => {
  expect(outcome(terminal, signals)).toEqual(said);
});
