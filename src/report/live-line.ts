import { asciiText } from './plain-text.js';
import { countText } from './quantity.js';
import { keepEnd, keepStart } from './width.js';

export interface LiveCounts {
  readonly queries: number;
  readonly connections: number;
  /** Newest destination, null before the first. */
  readonly newest: string | null;
  /** Seconds since the run's start. */
  readonly seconds: number;
}

/** Fewest cells of the newest destination that still say something. */
const SHORTEST_NAME = 12;

/** The one line that stands while the command is quiet, without a newline and always narrower than `width` cells. */
export function liveLine(counts: LiveCounts, width: number): string {
  const cells = Math.max(0, width - 1);
  const figures = [
    `egresslock ${Math.floor(counts.seconds)} s`,
    countText(counts.queries, 'query', 'queries'),
    countText(counts.connections, 'connection'),
  ].join(', ');
  if (counts.newest === null) return cut(figures, cells);
  const room = cells - figures.length - ', newest '.length;
  if (room < SHORTEST_NAME) return cut(figures, cells);
  return `${figures}, newest ${keepEnd(asciiText(counts.newest), room)}`;
}

function cut(text: string, cells: number): string {
  return cells < 3 ? '' : keepStart(text, cells);
}
