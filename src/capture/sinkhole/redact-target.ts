/** The user info of a target that begins with an authority, with or without a scheme (RFC 3986 §3.2.1, RFC 9112 §3.2). */
const USER_INFO = /^((?:[a-z][a-z0-9+.-]*:)?\/\/)?([^/?#]+)@/i;
/** Base64 ends in up to two of them (RFC 4648 §4), and then what is before them is no name. */
const ONLY_PADDING = /^=?$/;

/**
 * A request's target without what may be a secret: of its user info, of each value of its query and of a fragment the
 * length alone is left, as in `/a?token=[20 B]`. Names of the query stay; a part of it without one is a value.
 */
export function redactTarget(target: string): string {
  const start = target.search(/[?#]/);
  const path = start === -1 ? target : target.slice(0, start);
  const shown = path.replace(
    USER_INFO,
    (_, prefix: string | undefined, user: string) => `${prefix ?? ''}${lengthOf(user)}@`,
  );
  if (start === -1) return shown;
  const parts = target.slice(start + 1).split('&');
  return `${shown}${target.charAt(start)}${parts.map(redactPart).join('&')}`;
}

function redactPart(part: string): string {
  if (part === '') return '';
  const end = part.indexOf('=');
  const value = part.slice(end + 1);
  if (end === -1 || ONLY_PADDING.test(value)) return lengthOf(part);
  return `${part.slice(0, end)}=${lengthOf(value)}`;
}

function lengthOf(value: string): string {
  return `[${value.length} B]`;
}
