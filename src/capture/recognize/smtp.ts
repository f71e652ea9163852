import { done, NO_MATCH, needMore, type Parsed } from './parsed.js';
import { latin1 } from './text.js';

/** RFC 5321 §4.5.3.1.4: a command line has at most 512 bytes. */
const MAX_COMMAND = 512;
/** Greetings over several lines are legal notices of a few lines. */
const MAX_GREETING = 4096;
const VERBS = ['EHLO ', 'HELO ', 'LHLO '] as const;
const VERB_LENGTH = 5;
const ARGUMENT = /^[^\r\n\0]+\r?\n/;
const ARGUMENT_BEGUN = /^[^\r\n\0]*\r?$/;
const GREETING = /^(?:220-[^\r\n\0]*\r?\n)*220 [^\r\n\0]*\r?\n/;
const GREETING_BEGUN = /^(?:220-[^\r\n\0]*\r?\n)*(?:2(?:2(?:0(?:[ -][^\r\n\0]*\r?)?)?)?)?$/;
const SAYS_SMTP = /\sE?SMTP(?:\s|$)/i;
/** FTP greets with 220 too, and may say that it is not SMTP. */
const SAYS_FTP = /\bFTP\b/i;

/** A client's EHLO, HELO (RFC 5321 §4.1.1.1) or LHLO (RFC 2033 §4.1). */
export function parseSmtpCommand(bytes: Uint8Array): Parsed<'smtp'> {
  const text = latin1(bytes.subarray(0, MAX_COMMAND));
  const verb = text.slice(0, VERB_LENGTH).toUpperCase();
  if (!VERBS.some((known) => known.startsWith(verb))) return NO_MATCH;
  const argument = text.slice(VERB_LENGTH);
  if (ARGUMENT.test(argument)) return done('smtp');
  return ARGUMENT_BEGUN.test(argument) && text.length < MAX_COMMAND ? needMore() : NO_MATCH;
}

/** A server's greeting that says SMTP or ESMTP. Without the word it is no match: the client's command decides. */
export function parseSmtpGreeting(bytes: Uint8Array): Parsed<'smtp'> {
  const text = latin1(bytes.subarray(0, MAX_GREETING));
  const greeting = GREETING.exec(text)?.[0];
  if (greeting !== undefined) {
    return SAYS_SMTP.test(greeting) && !SAYS_FTP.test(greeting) ? done('smtp') : NO_MATCH;
  }
  return GREETING_BEGUN.test(text) && text.length < MAX_GREETING ? needMore() : NO_MATCH;
}
