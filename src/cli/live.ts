import { type FSWatcher, readlinkSync, watch } from 'node:fs';
import type { WriteStream } from 'node:tty';
import type { EgressEvent } from '../model/event.js';
import { liveLine } from '../report/live-line.js';
import { isCanonical } from '../run/terminal-mode.js';

/** The line is drawn when the command has written nothing for this long, and drawn anew as often; milliseconds. */
const QUIET = 1000;
/** A smaller terminal, or one whose size nobody has set, has no room for the line. */
const LEAST = { rows: 3, columns: 20 } as const;

export interface Live {
  event(event: EgressEvent): void;
  /** Takes the line away; idempotent. */
  stop(): void;
}

/**
 * Keeps one line at the bottom of the terminal while the command is quiet. The kernel tells of each write to the
 * terminal (inotify), so the line goes when the command speaks; meanwhile the rows above scroll by themselves
 * (DECSTBM), so that neither writes into the other. Nothing is drawn for a program that reads keys itself.
 */
export function startLive(
  stream: WriteStream & { readonly fd: number },
  environment: NodeJS.ProcessEnv,
): Live | null {
  if (!stream.isTTY || environment.TERM === 'dumb' || (environment.CI ?? '') !== '') return null;
  const begun = performance.now();
  let lastWrite = begun;
  let ownWrites = 0;
  let drawn: number | null = null;
  let watcher: FSWatcher;
  const counts = { queries: 0, connections: 0, newest: null as string | null };
  const write = (text: string): void => {
    ownWrites += 1;
    stream.write(text);
  };
  const erase = (): void => {
    if (drawn === null) return;
    write(`\x1b7\x1b[r\x1b[${drawn};1H\x1b[2K\x1b8`);
    drawn = null;
  };
  const draw = (): void => {
    const { rows, columns } = stream;
    if (!(rows >= LEAST.rows && columns >= LEAST.columns)) return;
    if (performance.now() - lastWrite < QUIET || !isCanonical(stream.fd)) return;
    if (drawn !== null && drawn !== rows) erase();
    const seconds = (performance.now() - begun) / 1000;
    // One row down and up again: the cursor must not stand on the row that is taken.
    const reserve = drawn === null ? `\x1bD\x1b[A\x1b7\x1b[1;${rows - 1}r\x1b8` : '';
    write(`${reserve}\x1b7\x1b[${rows};1H\x1b[2K${liveLine({ ...counts, seconds }, columns)}\x1b8`);
    drawn = rows;
  };
  try {
    watcher = watch(readlinkSync(`/proc/self/fd/${stream.fd}`), { persistent: false }, () => {
      // The kernel tells of our own writes as well.
      if (ownWrites > 0) ownWrites -= 1;
      else {
        lastWrite = performance.now();
        erase();
      }
    });
  } catch {
    return null;
  }
  watcher.on('error', () => {});
  const timer = setInterval(draw, QUIET).unref();
  return {
    event: (event) => {
      if (event.kind === 'dns') counts.queries += 1;
      else if (event.kind === 'connection' && event.durationMs === null) counts.connections += 1;
      if (event.kind !== 'denied') counts.newest = event.kind === 'dns' ? event.meant : event.host;
    },
    stop: () => {
      clearInterval(timer);
      watcher.close();
      erase();
    },
  };
}
