import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** Sends itself far more than it has room for, reads nothing, and waits to be ended. */
const FLOODED = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', 0))
for _ in range(5000): s.sendto(b'x' * 500, s.getsockname())
print('sent', flush=True)
sys.stdin.read()
`;

test('the kernel counts what finds no room at a socket', async () => {
  const lost = (): number => lostDatagrams((action) => action());
  const before = lost();
  const child = spawn('python3', ['-c', FLOODED], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'data');
    expect(lost() - before).toBeGreaterThan(1000);
  } finally {
    child.stdin.end();
  }
});
