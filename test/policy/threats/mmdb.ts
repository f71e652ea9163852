import ipaddr from 'ipaddr.js';

type Value = string | number | { readonly [key: string]: Value };

/** Writes a MaxMind DB for IPv6 with IPv4 below 96 zeros: ranges to records, records of 24, 28 or 32 bits. */
export function makeDatabase(ranges: readonly (readonly [string, Value])[], size: 24 | 28 | 32): Buffer {
  const nodes: [number | string, number | string][] = [['', '']];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [range, value] of ranges) {
    const [address, given] = ipaddr.parseCIDR(range);
    const isIPv4 = address.kind() === 'ipv4';
    const bytes = [...(isIPv4 ? new Array<number>(12).fill(0) : []), ...address.toByteArray()];
    const length = given + (isIPv4 ? 96 : 0);
    let node = 0;
    for (let depth = 0; depth < length; depth += 1) {
      const side = (((bytes[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1) as 0 | 1;
      const own = nodes[node]!;
      if (depth === length - 1) own[side] = `data ${offset}`;
      else if (typeof own[side] === 'number') node = own[side];
      else {
        own[side] = nodes.push(['', '']) - 1;
        node = nodes.length - 1;
      }
    }
    const encoded = encode(value);
    data.push(encoded);
    offset += encoded.length;
  }
  const record = (entry: number | string): number =>
    typeof entry === 'number'
      ? entry
      : entry === ''
        ? nodes.length
        : nodes.length + 16 + Number(entry.slice(5));
  const tree = nodes.map(([left, right]) => encodeNode(record(left), record(right), size));
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1,
    database_type: 'Test-Country',
    ip_version: 6,
    node_count: nodes.length,
    record_size: size,
  });
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([...tree, Buffer.alloc(16), ...data, marker, metadata]);
}

function encodeNode(left: number, right: number, size: 24 | 28 | 32): Buffer {
  const bytes = Buffer.alloc(size / 4);
  if (size === 32) {
    bytes.writeUInt32BE(left, 0);
    bytes.writeUInt32BE(right, 4);
    return bytes;
  }
  bytes.writeUIntBE(left & 0xffffff, 0, 3);
  bytes.writeUIntBE(right & 0xffffff, size === 24 ? 3 : 4, 3);
  if (size === 28) bytes.writeUInt8(((left >>> 24) << 4) | (right >>> 24), 3);
  return bytes;
}

/** The data section's types: text 2, 32 bits unsigned 6, map 7. */
function encode(value: Value): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([Buffer.from([(2 << 5) | value.length]), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(5);
    bytes.writeUInt8((6 << 5) | 4);
    bytes.writeUInt32BE(value, 1);
    return bytes;
  }
  const entries = Object.entries(value);
  const parts = entries.flatMap(([key, own]) => [encode(key), encode(own)]);
  return Buffer.concat([Buffer.from([(7 << 5) | entries.length]), ...parts]);
}
