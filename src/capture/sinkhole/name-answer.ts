import { withoutSearchDomain } from '../resolver/search-fold.js';

/** How a name is answered that nobody is asked about. */
export type NameAnswer = 'address' | 'no-data' | 'no-name';

/** A dot behind a backslash is part of a label (RFC 1035 §5.1). */
const SEVERAL_LABELS = /^(?:\\.|[^.\\])*\./;

/**
 * Every name exists and has one IPv4 address: for other types there is no record, which a client takes for an answer
 * (RFC 2308 §2.2). The exception is a name of several labels behind which a resolver library has put a search domain:
 * were it answered, the library would never ask for the name that was meant.
 * @param type Mnemonic of the type
 * @param search Search domains of the host's resolv.conf
 */
export function nameAnswer(name: string, type: string, search: readonly string[]): NameAnswer {
  const meant = withoutSearchDomain(name, search);
  if (meant !== null && SEVERAL_LABELS.test(meant)) return 'no-name';
  return type === 'A' ? 'address' : 'no-data';
}
