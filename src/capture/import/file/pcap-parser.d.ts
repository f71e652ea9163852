/** The part of pcap-parser 0.2.1 that is used; the package has no types of its own. */
declare module 'pcap-parser' {
  interface ParsedPacket {
    readonly header: {
      readonly timestampSeconds: number;
      readonly timestampMicroseconds: number;
      readonly capturedLength: number;
      readonly originalLength: number;
    };
    readonly data: Buffer;
  }

  interface Parser {
    /** Bytes that it has not parsed yet; to those, each new chunk is copied. */
    buffer: Buffer | null;
    on(event: 'packet', listener: (packet: ParsedPacket) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
  }

  /** What it asks of a stream: tells `data` with a Buffer each, `error` and `end`. */
  interface Input {
    on(event: string, listener: (bytes: Buffer) => void): unknown;
    pause(): void;
    resume(): void;
  }

  export function parse(input: Input): Parser;
}
