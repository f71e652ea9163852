import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** A tar in gzip with these files, as a package manager packs them. */
export function pack(
  files: readonly { path: string; text: string; type?: string; prefix?: string }[],
): Buffer {
  const blocks = files.flatMap(({ path, text, type = '0', prefix = '' }) => {
    const content = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write(type, 156);
    header.write('ustar\x0000', 257);
    header.write(prefix, 345);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}
