import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';
import { beginsWith } from './text.js';

/** The identification string of either side, RFC 4253 §4.2. */
export function parseSsh(bytes: Uint8Array): Parsed<'ssh'> {
  const prefix = beginsWith(bytes, 'SSH-');
  if (prefix === 'yes') return done('ssh');
  return prefix === 'no' ? NO_MATCH : needMore();
}
