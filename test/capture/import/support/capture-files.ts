/* Capture files by hand (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng). */

export interface Record {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly bytes: Buffer;
  /** Bytes on the wire, where fewer were kept. */
  readonly originalLength?: number;
}

/** Writes fields in either byte order. */
function writer(isLittleEndian: boolean) {
  return {
    u16: (...values: readonly number[]): Buffer => {
      const bytes = Buffer.alloc(values.length * 2);
      values.forEach((value, index) => {
        if (isLittleEndian) bytes.writeUInt16LE(value, index * 2);
        else bytes.writeUInt16BE(value, index * 2);
      });
      return bytes;
    },
    u32: (...values: readonly number[]): Buffer => {
      const bytes = Buffer.alloc(values.length * 4);
      values.forEach((value, index) => {
        if (isLittleEndian) bytes.writeUInt32LE(value >>> 0, index * 4);
        else bytes.writeUInt32BE(value >>> 0, index * 4);
      });
      return bytes;
    },
  };
}

export interface PcapOptions {
  readonly isLittleEndian?: boolean;
  readonly isNanoseconds?: boolean;
  readonly linkType?: number;
  readonly snapLength?: number;
  readonly version?: readonly [number, number];
}

export function pcap(records: readonly Record[], options: PcapOptions = {}): Buffer {
  const { isLittleEndian = true, isNanoseconds = false, linkType = 1, snapLength = 262_144 } = options;
  const { u16, u32 } = writer(isLittleEndian);
  const header = Buffer.concat([
    u32(isNanoseconds ? 0xa1b23c4d : 0xa1b2c3d4),
    u16(...(options.version ?? [2, 4])),
    u32(0, 0, snapLength, linkType),
  ]);
  const units = isNanoseconds ? 1_000_000 : 1000;
  return Buffer.concat([
    header,
    ...records.flatMap(({ at, bytes, originalLength = bytes.length }) => [
      u32(Math.floor(at / 1000), Math.round((at % 1000) * units), bytes.length, originalLength),
      bytes,
    ]),
  ]);
}

/** A section's blocks in one byte order. */
export function pcapngBlocks(isLittleEndian: boolean) {
  const { u16, u32 } = writer(isLittleEndian);
  const padded = (bytes: Buffer): Buffer =>
    Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  const block = (type: number, ...body: readonly Buffer[]): Buffer => {
    const content = padded(Buffer.concat(body));
    const length = u32(content.length + 12);
    return Buffer.concat([u32(type), length, content, length]);
  };
  const option = (code: number, value: Buffer): Buffer =>
    Buffer.concat([u16(code, value.length), padded(value)]);
  const u64 = (value: bigint): Buffer => {
    const high = Number(value >> 32n);
    const low = Number(value & 0xffffffffn);
    return isLittleEndian ? u32(low, high) : u32(high, low);
  };
  const time = (at: number, unitsPerSecond: number): Buffer => {
    const units = (BigInt(Math.round(at * 1000)) * BigInt(unitsPerSecond)) / 1_000_000n;
    return u32(Number(units >> 32n), Number(units & 0xffffffffn));
  };
  return {
    block,
    option,
    section: (version = 1) =>
      block(0x0a0d0d0a, u32(0x1a2b3c4d), u16(version, 0), u32(0xffffffff, 0xffffffff)),
    /** @param resolution The byte of if_tsresol; @param offset Seconds of if_tsoffset */
    interface: (
      linkType: number,
      {
        resolution,
        offset,
        snapLength = 0,
      }: {
        resolution?: number;
        offset?: number;
        snapLength?: number;
      } = {},
    ) =>
      block(
        1,
        u16(linkType, 0),
        u32(snapLength),
        ...(resolution === undefined ? [] : [option(9, Buffer.of(resolution))]),
        ...(offset === undefined ? [] : [option(14, u64(BigInt.asUintN(64, BigInt(offset))))]),
        option(0, Buffer.alloc(0)),
      ),
    packet: (record: Record, { from = 0, unitsPerSecond = 1_000_000 } = {}) =>
      block(
        6,
        u32(from),
        time(record.at, unitsPerSecond),
        u32(record.bytes.length, record.originalLength ?? record.bytes.length),
        padded(record.bytes),
        option(1, Buffer.from('a remark')),
        option(0, Buffer.alloc(0)),
      ),
    oldPacket: (record: Record, from = 0) =>
      block(
        2,
        u16(from, 0xffff),
        time(record.at, 1_000_000),
        u32(record.bytes.length, record.originalLength ?? record.bytes.length),
        padded(record.bytes),
      ),
    simplePacket: (record: Record) =>
      block(3, u32(record.originalLength ?? record.bytes.length), padded(record.bytes)),
    statistics: (from: number, dropped: number) =>
      block(5, u32(from, 0, 0), option(5, u64(BigInt(dropped))), option(0, Buffer.alloc(0))),
  };
}

/** A capture of one section and one interface. */
export function pcapng(records: readonly Record[], { isLittleEndian = true, linkType = 1 } = {}): Buffer {
  const blocks = pcapngBlocks(isLittleEndian);
  return Buffer.concat([
    blocks.section(),
    blocks.interface(linkType),
    ...records.map((record) => blocks.packet(record)),
  ]);
}
