import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dropsOf, lostDatagrams } from '../../../src/capture/agent/lost-datagrams.js';

const HEAD =
  '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            ';
const line = (drops: number): string =>
  `  511: 0100007F:0007 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 21 2 0000000000000000 ${drops}             `;

test('the drops of all sockets of a table', () => {
  expect(dropsOf([HEAD, line(3), line(0), line(40), ''].join('\n'))).toBe(43);
  expect(dropsOf(`${HEAD}\n`)).toBe(0);
  expect(dropsOf('')).toBe(0);
});

test('the kernel’s table is read as it is', () => {
  expect(readFileSync('/proc/self/net/udp', 'latin1').split('\n')[0]).toMatch(/ drops\s*$/);
  expect(lostDatagrams((action) => action())).toBeGreaterThanOrEqual(0);
});
