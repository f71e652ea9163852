import { randomBytes } from '../model/random.js';

/** Sortable and unique: the time to the millisecond, then 32 random bits. */
export function runId(at: Date): string {
  return `${at.toISOString().replace(/[-:.Z]/g, '')}-${randomBytes(4).toString('hex')}`;
}
