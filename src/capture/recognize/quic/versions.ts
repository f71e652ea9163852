/** What differs between the versions of QUIC whose Initial packets can be read. */
export interface QuicVersion {
  /** Number in the long header. */
  readonly number: number;
  /** Type bits of an Initial, and of a Retry, in the first byte (RFC 9000 §17.2, RFC 9369 §3.2). */
  readonly initialType: number;
  readonly retryType: number;
  /** RFC 9001 §5.2, RFC 9369 §3.3.1. */
  readonly salt: Uint8Array;
  /** Before `key`, `iv` and `hp` in the labels (RFC 9001 §5.1, RFC 9369 §3.3.2). */
  readonly label: string;
}

const VERSIONS: readonly QuicVersion[] = [
  {
    number: 0x00000001,
    initialType: 0x00,
    retryType: 0x30,
    salt: Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex'),
    label: 'quic ',
  },
  {
    number: 0x6b3343cf,
    initialType: 0x10,
    retryType: 0x00,
    salt: Buffer.from('0dede3def700a6db819381be6e269dcbf9bd2ed9', 'hex'),
    label: 'quicv2 ',
  },
];

/** The version with a number; null for one that can't be read. */
export function quicVersion(number: number): QuicVersion | null {
  return VERSIONS.find((version) => version.number === number) ?? null;
}
