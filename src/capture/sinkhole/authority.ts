import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { makeCertificate, type Purpose } from './certificate.js';

/** Signs, for one run, for whatever host a client asks for. Its private key exists in this process's memory only. */
export interface Authority {
  /** The authority's own certificate, PEM. */
  readonly certificate: string;
  /**
   * What a server of that host shows.
   * @param host Canonical host name or address, at most 253 characters
   */
  credentialsFor(host: string): Credentials;
}

/** A certificate and its key, PEM. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
}

const AUTHORITY_NAME = 'egresslock sinkhole authority';
const SERVER_NAME = 'egresslock sinkhole';
const DAY = 86_400_000;
/** The sandbox's clock is this machine's, but a test may turn it back (libfaketime); a run lasts hours at most. */
const VALID_BEFORE = DAY;
const VALID_AFTER = 7 * DAY;
/** Certificates kept, 1 KB each; beyond that the least recently asked for is made anew. */
export const MAXIMUM_CERTIFICATES = 1024;

/** Makes the authority of a run; takes about a millisecond. */
export function createAuthority(now: Date): Authority {
  const own = keyPair();
  // One key for all servers: they are one, and a key for each would tell a client nothing.
  const servers = keyPair();
  const known = new Map<string, Credentials>();
  const certify = (purpose: Purpose, subject: string, subjectKey: KeyObject): string =>
    pem(
      makeCertificate({
        purpose,
        issuer: AUTHORITY_NAME,
        subject,
        notBefore: new Date(now.getTime() - VALID_BEFORE),
        notAfter: new Date(now.getTime() + VALID_AFTER),
        subjectKey,
        issuerPublicKey: own.publicKey,
        issuerKey: own.privateKey,
      }),
    );
  const certificate = certify({ kind: 'authority' }, AUTHORITY_NAME, own.publicKey);
  const key = String(servers.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return {
    certificate,
    credentialsFor: (host) => {
      const credentials = known.get(host) ?? {
        key,
        cert: certify({ kind: 'server', host }, SERVER_NAME, servers.publicKey),
      };
      known.delete(host);
      known.set(host, credentials);
      if (known.size > MAXIMUM_CERTIFICATES) {
        const oldest = known.keys().next().value;
        if (oldest !== undefined) known.delete(oldest);
      }
      return credentials;
    },
  };
}

function keyPair(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** RFC 7468: 64 characters a line. */
function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
