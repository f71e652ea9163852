import { back, FLAG, ip, type Path, u16, u32 } from '../../capture/import/support/packets.js';

const TCP = 6;

/** One thing that a side says. */
export interface Said {
  readonly by: 'client' | 'server';
  readonly bytes: Buffer;
}

/** A TCP connection with true acknowledgements, which an inspecting firewall needs to follow it. */
export function conversation(path: Path, said: readonly Said[], size = 1400): Buffer[] {
  const packets: Buffer[] = [];
  const next = { client: 1000, server: 5000 };
  const say = (by: Said['by'], flags: number, payload: Buffer = Buffer.alloc(0)): void => {
    const way = by === 'client' ? path : back(path);
    const seen = flags === FLAG.SYN ? 0 : next[by === 'client' ? 'server' : 'client'];
    const head = Buffer.concat([
      u16(way.sourcePort, way.port),
      u32(next[by], seen),
      Buffer.of(0x50, flags),
      u16(65_535, 0, 0),
    ]);
    packets.push(ip(way, TCP, Buffer.concat([head, payload])));
    next[by] += payload.length + (flags & 0x03 ? 1 : 0);
  };
  say('client', FLAG.SYN);
  say('server', FLAG.SYN_ACK);
  say('client', FLAG.ACK);
  for (const { by, bytes } of said) {
    for (let at = 0; at < bytes.length; at += size) {
      say(by, FLAG.PUSH, bytes.subarray(at, at + size));
      say(by === 'client' ? 'server' : 'client', FLAG.ACK);
    }
  }
  say('client', FLAG.FIN);
  say('server', FLAG.FIN);
  say('client', FLAG.ACK);
  return packets;
}
