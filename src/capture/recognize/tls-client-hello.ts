import { Cursor } from './cursor.js';
import { parseHostName } from './host.js';
import { done, type Parsed } from './parsed.js';
import { latin1, printable } from './text.js';
import { readClientHelloBody } from './tls-records.js';

export interface ClientHello {
  /** Lower case; null where there is none, or it is no host name. */
  readonly sni: string | null;
  /** In the client's order, other than printable ASCII escaped as `\xNN`; at most `MAX_ALPN`. */
  readonly alpn: readonly string[];
  /** True where the encrypted_client_hello extension is there; GREASE looks the same by design. */
  readonly ech: boolean;
}

const SERVER_NAME = 0x0000;
const APPLICATION_LAYER_PROTOCOLS = 0x0010;
/** draft-ietf-tls-esni §5. */
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;
const HOST_NAME = 0;
/** Clients offer one to four; a hello of one-byte names would put thousands into the journal. */
const MAX_ALPN = 16;
/** A malformed hello says nothing that a server would believe. */
const SILENT: ClientHello = { sni: null, alpn: [], ech: false };

/** The ClientHello at the beginning of a flow (RFC 8446 §4.1.2). Done with nothing known where it is malformed. */
export function parseTlsClientHello(bytes: Uint8Array): Parsed<ClientHello> {
  const body = readClientHelloBody(bytes);
  if (body.state !== 'done') return body;
  return done(body.value === null ? SILENT : readClientHello(body.value));
}

/** The body of a ClientHello message, whatever carried it; with nothing known where it is malformed. */
export function readClientHello(body: Uint8Array): ClientHello {
  const cursor = new Cursor(body);
  cursor.skip(2 + 32); // legacy_version, random
  cursor.skipVector(1); // legacy_session_id
  cursor.skipVector(2); // cipher_suites
  cursor.skipVector(1); // legacy_compression_methods
  if (!cursor.ok || cursor.remaining === 0) return SILENT;
  const extensions = cursor.vector(2);
  return cursor.ok && cursor.remaining === 0 ? readExtensions(extensions) : SILENT;
}

/** Silent where an extension is cut off or given twice, which RFC 8446 §4.2 forbids: servers differ in which one counts. */
function readExtensions(block: Uint8Array): ClientHello {
  const seen = new Set<number>();
  let sni: string | null = null;
  let alpn: readonly string[] = [];
  const cursor = new Cursor(block);
  while (cursor.remaining > 0) {
    const type = cursor.uint(2);
    if (seen.has(type)) return SILENT;
    seen.add(type);
    if (type === SERVER_NAME) sni = readServerName(cursor.vector(2));
    else if (type === APPLICATION_LAYER_PROTOCOLS) alpn = readProtocols(cursor.vector(2));
    else cursor.skipVector(2);
    if (!cursor.ok) return SILENT;
  }
  return { sni, alpn, ech: seen.has(ENCRYPTED_CLIENT_HELLO) };
}

/** RFC 6066 §3: a list with at most one name of each type, and only one type is defined. */
function readServerName(data: Uint8Array): string | null {
  const cursor = new Cursor(data);
  const list = new Cursor(cursor.vector(2));
  const type = list.uint(1);
  const name = list.vector(2);
  if (!cursor.ok || !list.ok || cursor.remaining > 0 || list.remaining > 0 || type !== HOST_NAME) return null;
  return parseHostName(latin1(name));
}

/** RFC 7301 §3.1. */
function readProtocols(data: Uint8Array): readonly string[] {
  const cursor = new Cursor(data);
  const list = new Cursor(cursor.vector(2));
  const names: string[] = [];
  while (list.remaining > 0) {
    const name = list.vector(1);
    if (name.length === 0) return [];
    if (names.length < MAX_ALPN) names.push(printable(name));
  }
  return cursor.ok && list.ok && cursor.remaining === 0 ? names : [];
}
