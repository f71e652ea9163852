import type { Duplex } from 'node:stream';
import { createServer, type TLSSocket } from 'node:tls';
import type { Credentials } from './authority.js';

export type TlsOutcome =
  | { readonly secure: true; readonly socket: TLSSocket }
  | { readonly secure: false; readonly failure: string };

/** The client does not take the certificate: it knows another one for this host, or trusts the run's authority not. */
export const CERTIFICATE_REFUSED = 'ECERTREFUSED';
/** The client has seen the certificate and gone, without an alert or a request: so do those that judge it by themselves. */
export const NO_REQUEST = 'ENOREQUEST';
/** Alerts by which a client says so (RFC 8446 §6.2), in OpenSSL's words. */
const REFUSALS =
  /ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_(?:EXPIRED|REVOKED|UNKNOWN|REQUIRED)|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE)/;

/** Ends the client's TLS here. Never rejects; the stream is destroyed where it fails. */
export function terminateTls(stream: Duplex, credentials: Credentials): Promise<TlsOutcome> {
  // A client that goes within the handshake would leave a half-open connection of which nothing is told.
  stream.allowHalfOpen = false;
  return new Promise((resolve) => {
    // A server for each connection: it is the documented way, and a shared one doesn't say whose handshake has ended.
    const server = createServer({
      ...credentials,
      // What the sinkhole can answer, else whatever the client wants: it must not be turned away.
      ALPNCallback: ({ protocols }) =>
        ['h2', 'http/1.1'].find((one) => protocols.includes(one)) ?? protocols[0],
    });
    const fail = (failure: string): void => resolve({ secure: false, failure });
    server.once('secureConnection', (socket: TLSSocket) => resolve({ secure: true, socket }));
    server.once('tlsClientError', (error: NodeJS.ErrnoException) => {
      fail(error.code === 'ECONNRESET' ? NO_REQUEST : tlsFailure(error));
      stream.destroy();
    });
    stream.once('close', () => fail(NO_REQUEST));
    server.emit('connection', stream);
  });
}

/** What an error on a TLS connection means for the record. */
export function tlsFailure(error: NodeJS.ErrnoException): string {
  const code = error.code ?? 'EPROTO';
  return REFUSALS.test(code) ? CERTIFICATE_REFUSED : code;
}
