/** Reads the fields of a section in its byte order; the caller has checked that they are there. */
export interface Fields {
  uint16(bytes: Buffer, at: number): number;
  uint32(bytes: Buffer, at: number): number;
  int64(bytes: Buffer, at: number): bigint;
}

const LITTLE_ENDIAN: Fields = {
  uint16: (bytes, at) => bytes.readUInt16LE(at),
  uint32: (bytes, at) => bytes.readUInt32LE(at),
  int64: (bytes, at) => bytes.readBigInt64LE(at),
};
const BIG_ENDIAN: Fields = {
  uint16: (bytes, at) => bytes.readUInt16BE(at),
  uint32: (bytes, at) => bytes.readUInt32BE(at),
  int64: (bytes, at) => bytes.readBigInt64BE(at),
};

export function fieldsOf(isLittleEndian: boolean): Fields {
  return isLittleEndian ? LITTLE_ENDIAN : BIG_ENDIAN;
}
