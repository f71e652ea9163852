/** The part of pcap-parser 0.2.1 that is used; the package has no types of its own. */
declare module 'pcap-parser' {
  /** What it asks of a Buffer; what it cuts of one is told as it was cut. */
  interface Bytes<Self> {
    readonly length: number;
    slice(from: number, to?: number): Self;
    toString(encoding: 'hex', from: number, to: number): string;
    readUInt16LE(at: number): number;
    readUInt16BE(at: number): number;
    readUInt32LE(at: number): number;
    readUInt32BE(at: number): number;
    readInt32LE(at: number): number;
    readInt32BE(at: number): number;
  }

  interface ParsedPacket<Data> {
    readonly header: {
      readonly timestampSeconds: number;
      readonly timestampMicroseconds: number;
      readonly capturedLength: number;
      readonly originalLength: number;
    };
    readonly data: Data;
  }

  interface Parser<Data> {
    /** Bytes that it has not parsed yet; to those, each new chunk is copied. */
    buffer: Data | null;
    on(event: 'packet', listener: (packet: ParsedPacket<Data>) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
  }

  /** What it asks of a stream: tells `data` with bytes, `error` and `end`. */
  interface Input<Data> {
    on(event: string, listener: (bytes: Data) => void): unknown;
    pause(): void;
    resume(): void;
  }

  export function parse<Data extends Bytes<Data>>(input: Input<Data>): Parser<Data>;
}
