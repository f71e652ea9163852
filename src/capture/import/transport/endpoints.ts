import { ipv4Text, ipv6Text } from '../../actors/sockaddr.js';
import type { IpPacket } from '../network/ip-packet.js';

export interface Endpoint {
  /** Canonical text (RFC 5952 for IPv6, IPv4-mapped as IPv4). */
  readonly address: string;
  readonly port: number;
}

/** Who began a conversation, and with whom. */
export interface Ends {
  readonly client: Endpoint;
  readonly server: Endpoint;
}

/** RFC 6335 §6: below stand the system ports, which no client is given. */
const FIRST_USER_PORT = 1024;

/** Where the two addresses of a packet stand. */
export type Addressed = Pick<IpPacket, 'view' | 'addresses' | 'addressLength'>;

/** Key of one direction between two ends: of two packets it is equal where source and destination are. */
export function keyOf(packet: Addressed, sourcePort: number, port: number): string {
  const { addresses, addressLength } = packet;
  return key(packet, addresses, addresses + addressLength, sourcePort, port);
}

/** The same for the packets that come back. */
export function reverseKeyOf(packet: Addressed, sourcePort: number, port: number): string {
  const { addresses, addressLength } = packet;
  return key(packet, addresses + addressLength, addresses, port, sourcePort);
}

/** A character for each 16 bits: made for each packet, and three times as fast as text. */
function key(
  packet: Addressed,
  source: number,
  destination: number,
  sourcePort: number,
  port: number,
): string {
  const { view, addressLength } = packet;
  if (addressLength === 4) {
    return String.fromCharCode(
      view.getUint16(source),
      view.getUint16(source + 2),
      view.getUint16(destination),
      view.getUint16(destination + 2),
      sourcePort,
      port,
    );
  }
  const units = [sourcePort, port];
  for (const start of [source, destination])
    for (let at = start; at < start + addressLength; at += 2) units.push(view.getUint16(at));
  return String.fromCharCode(...units);
}

/** Source and destination of a packet as text. */
export function endpointsOf(
  packet: IpPacket,
  sourcePort: number,
  port: number,
): { readonly source: Endpoint; readonly destination: Endpoint } {
  const { addresses, addressLength } = packet;
  return {
    source: { address: addressAt(packet, addresses), port: sourcePort },
    destination: { address: addressAt(packet, addresses + addressLength), port },
  };
}

function addressAt({ bytes, addressLength }: IpPacket, at: number): string {
  return addressLength === 4 ? ipv4Text(bytes, at) : ipv6Text(bytes, at);
}

/** Whether a packet with these ports comes from a server, where nothing else tells: only its port is a system port. */
export function comesFromService(sourcePort: number, port: number): boolean {
  return sourcePort < FIRST_USER_PORT && port >= FIRST_USER_PORT;
}
