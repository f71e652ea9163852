import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';
import { beginsWith } from './text.js';

/** A pkt-line's length, with itself, in four hexadecimal digits (gitprotocol-common). */
const LENGTH_DIGITS = 4;
const HEXADECIMAL = /^[0-9a-f]*$/i;
/** gitprotocol-pack, "Git Transport": the services that a client of git:// can ask for. */
const REQUESTS = ['git-upload-pack /', 'git-receive-pack /', 'git-upload-archive /'] as const;

/** The first pkt-line of the git:// transport. */
export function parseGit(bytes: Uint8Array): Parsed<'git'> {
  const digits = String.fromCharCode(...bytes.subarray(0, LENGTH_DIGITS));
  if (!HEXADECIMAL.test(digits)) return NO_MATCH;
  const rest = bytes.subarray(LENGTH_DIGITS);
  const prefixes = REQUESTS.map((request) => beginsWith(rest, request));
  if (prefixes.includes('yes')) return done('git');
  return prefixes.includes('so-far') ? needMore() : NO_MATCH;
}
