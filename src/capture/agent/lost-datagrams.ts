import { readFileSync } from 'node:fs';
import type { Inside } from '../../sandbox/network-namespace.js';

/** Of the calling thread's network namespace (proc_net(5)). */
const TABLES = ['/proc/thread-self/net/udp', '/proc/thread-self/net/udp6'];

/** Datagrams that found no room at a namespace's sockets, since whoever reads them was too slow. */
export function lostDatagrams(inside: Inside): number {
  return inside(() => TABLES.reduce((sum, table) => sum + dropsOf(textOf(table)), 0));
}

/** Sum of the last column, `drops`, of a table of datagram sockets (net/ipv4/udp.c, udp4_format_sock). */
export function dropsOf(table: string): number {
  const [, ...lines] = table.split('\n');
  return lines.reduce((sum, line) => sum + Number(/ (\d+)\s*$/.exec(line)?.[1] ?? 0), 0);
}

/** The table of a family that the kernel has not is empty. */
function textOf(table: string): string {
  try {
    return readFileSync(table, 'latin1');
  } catch {
    return '';
  }
}
