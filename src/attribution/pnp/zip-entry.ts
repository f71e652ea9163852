import { inflateRawSync } from 'node:zlib';

/*
 * As much of a zip archive as a cache of Yarn's has (PKWARE APPNOTE 6.3.10): one disk, no encryption, stored or
 * deflated. Archives come from the project's folder, so each number in them is anybody's.
 */
const END = { signature: 0x06054b50, length: 22, entries: 10, size: 12, offset: 16 };
const DIRECTORY = {
  signature: 0x02014b50,
  length: 46,
  flags: 8,
  method: 10,
  compressed: 20,
  uncompressed: 24,
  name: 28,
  extra: 30,
  comment: 32,
  header: 42,
};
const LOCAL = { signature: 0x04034b50, length: 30, name: 26, extra: 28 };
/** Longest comment at the end of an archive (APPNOTE 4.4.12). */
const LONGEST_COMMENT = 0xffff;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;

/**
 * The bytes of one entry; null where the archive has none of this name, or is not one that can be read.
 * @param longest Bytes that the entry may have
 */
export function readZipEntry(archive: Buffer, name: string, longest: number): Buffer | null {
  try {
    const end = endOf(archive);
    if (end === null) return null;
    const wanted = Buffer.from(name);
    let at = archive.readUInt32LE(end + END.offset);
    for (let left = archive.readUInt16LE(end + END.entries); left > 0; left -= 1) {
      if (archive.readUInt32LE(at) !== DIRECTORY.signature) return null;
      const nameLength = archive.readUInt16LE(at + DIRECTORY.name);
      const nameAt = at + DIRECTORY.length;
      if (archive.subarray(nameAt, nameAt + nameLength).equals(wanted))
        return contentOf(archive, at, longest);
      const extra = archive.readUInt16LE(at + DIRECTORY.extra);
      at = nameAt + nameLength + extra + archive.readUInt16LE(at + DIRECTORY.comment);
    }
    return null;
  } catch {
    // A number that leads out of the archive, or data that are not deflated.
    return null;
  }
}

function endOf(archive: Buffer): number | null {
  const first = Math.max(0, archive.length - END.length - LONGEST_COMMENT);
  for (let at = archive.length - END.length; at >= first; at -= 1) {
    if (archive.readUInt32LE(at) === END.signature) return at;
  }
  return null;
}

function contentOf(archive: Buffer, at: number, longest: number): Buffer | null {
  const method = archive.readUInt16LE(at + DIRECTORY.method);
  const compressed = archive.readUInt32LE(at + DIRECTORY.compressed);
  const uncompressed = archive.readUInt32LE(at + DIRECTORY.uncompressed);
  const header = archive.readUInt32LE(at + DIRECTORY.header);
  if ((archive.readUInt16LE(at + DIRECTORY.flags) & ENCRYPTED) !== 0 || uncompressed > longest) return null;
  if (archive.readUInt32LE(header) !== LOCAL.signature) return null;
  const names = archive.readUInt16LE(header + LOCAL.name) + archive.readUInt16LE(header + LOCAL.extra);
  const start = header + LOCAL.length + names;
  const data = archive.subarray(start, start + compressed);
  if (data.length !== compressed) return null;
  const content =
    method === STORED
      ? data
      : method === DEFLATED
        ? inflateRawSync(data, { maxOutputLength: longest })
        : null;
  return content?.length === uncompressed ? content : null;
}
