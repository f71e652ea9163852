import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** What a real client sends first: a server on the loopback that only listens, until `enough` of it is there. */
export async function firstBytesOf(
  connect: (port: number) => { destroy(): void },
  enough: (bytes: Buffer) => boolean,
): Promise<Uint8Array> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const received = new Promise<Buffer>((resolve, reject) => {
    server.on('connection', (socket) => {
      let bytes = Buffer.alloc(0);
      socket.on('error', reject);
      socket.on('close', () => reject(new Error(`closed after ${bytes.length} bytes`)));
      socket.on('data', (chunk) => {
        bytes = Buffer.concat([bytes, chunk]);
        if (!enough(bytes)) return;
        socket.removeAllListeners('error').on('error', () => {});
        socket.removeAllListeners('close').destroy();
        resolve(bytes);
      });
    });
  });
  const client = connect((server.address() as AddressInfo).port);
  try {
    return new Uint8Array(await received);
  } finally {
    client.destroy();
    server.close();
  }
}

/** A whole TLS record. */
export function wholeRecord(bytes: Buffer): boolean {
  return bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt16BE(3);
}

/** A whole HTTP head. */
export function wholeHead(bytes: Buffer): boolean {
  return bytes.includes('\r\n\r\n');
}
