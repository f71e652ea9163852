import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { isIp } from '../../model/ip.js';
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  time,
  utf8String,
} from './der.js';

/** What a certificate is for. */
export type Purpose =
  | { readonly kind: 'authority' }
  /** A server of this host name (A-labels) or address. */
  | { readonly kind: 'server'; readonly host: string };

export interface CertificateFacts {
  readonly purpose: Purpose;
  /** Common names; those of an authority and of what it signs must differ, or the latter would look self-signed. */
  readonly issuer: string;
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly subjectKey: KeyObject;
  readonly issuerPublicKey: KeyObject;
  /** EC P-256. */
  readonly issuerKey: KeyObject;
}

const ECDSA_WITH_SHA256 = objectIdentifier('1.2.840.10045.4.3.2');
const COMMON_NAME = objectIdentifier('2.5.4.3');
const SUBJECT_KEY_IDENTIFIER = objectIdentifier('2.5.29.14');
const KEY_USAGE = objectIdentifier('2.5.29.15');
const SUBJECT_ALT_NAME = objectIdentifier('2.5.29.17');
const BASIC_CONSTRAINTS = objectIdentifier('2.5.29.19');
const AUTHORITY_KEY_IDENTIFIER = objectIdentifier('2.5.29.35');
const EXTENDED_KEY_USAGE = objectIdentifier('2.5.29.37');
const SERVER_AUTH = objectIdentifier('1.3.6.1.5.5.7.3.1');
/** Bits of KeyUsage (RFC 5280 §4.2.1.3), with the number of bits that are not used behind them. */
const KEY_CERT_SIGN = bitString(Buffer.of(0x04), 2);
const DIGITAL_SIGNATURE = bitString(Buffer.of(0x80), 7);
const DNS_NAME = 2;
const IP_ADDRESS = 7;
/** RFC 5280 §4.1.2.2: at most 20 octets, unique for each certificate of an issuer; 16 random ones are. */
const SERIAL_LENGTH = 16;

/** A signed X.509 v3 certificate (RFC 5280 §4.1) in DER. */
export function makeCertificate(facts: CertificateFacts): Buffer {
  const algorithm = sequence(ECDSA_WITH_SHA256);
  const body = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(randomBytes(SERIAL_LENGTH)),
    algorithm,
    commonName(facts.issuer),
    sequence(time(facts.notBefore), time(facts.notAfter)),
    commonName(facts.subject),
    publicKeyInfo(facts.subjectKey),
    explicit(3, sequence(...extensions(facts))),
  );
  return sequence(body, algorithm, bitString(sign('sha256', body, facts.issuerKey)));
}

function commonName(text: string): Buffer {
  return sequence(setOf(sequence(COMMON_NAME, utf8String(text))));
}

function extensions({ purpose, subjectKey, issuerPublicKey }: CertificateFacts): Buffer[] {
  const keys = [
    extension(SUBJECT_KEY_IDENTIFIER, false, octetString(keyIdentifier(subjectKey))),
    extension(AUTHORITY_KEY_IDENTIFIER, false, sequence(implicit(0, keyIdentifier(issuerPublicKey)))),
  ];
  switch (purpose.kind) {
    case 'authority':
      return [
        // A path length of 0: what it has signed can sign nothing.
        extension(BASIC_CONSTRAINTS, true, sequence(boolean(true), integer(Buffer.of(0)))),
        extension(KEY_USAGE, true, KEY_CERT_SIGN),
        ...keys,
      ];
    case 'server':
      return [
        extension(BASIC_CONSTRAINTS, true, sequence()),
        extension(KEY_USAGE, true, DIGITAL_SIGNATURE),
        extension(EXTENDED_KEY_USAGE, false, sequence(SERVER_AUTH)),
        extension(SUBJECT_ALT_NAME, false, sequence(alternativeName(purpose.host))),
        ...keys,
      ];
  }
}

function extension(identifier: Buffer, isCritical: boolean, content: Buffer): Buffer {
  return sequence(identifier, ...(isCritical ? [boolean(true)] : []), octetString(content));
}

/** RFC 5280 §4.2.1.6: an address by its octets, a name as ASCII. */
function alternativeName(host: string): Buffer {
  if (!isIp(host)) return implicit(DNS_NAME, Buffer.from(host, 'ascii'));
  return implicit(IP_ADDRESS, Buffer.from(ipaddr.parse(host).toByteArray()));
}

function publicKeyInfo(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** RFC 7093 §2, method 4 with SHA-256, cut as method 1 is: any value will do that is the same on both sides. */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha256').update(publicKeyInfo(key)).digest().subarray(0, 20);
}
