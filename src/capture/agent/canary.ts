import dgram from 'node:dgram';
import net from 'node:net';
import { isIpv6 } from '../../model/ip.js';
import { close, connect, socket } from '../../sandbox/libc.js';
import type { Inside } from '../../sandbox/network-namespace.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { socketAddressBytes } from './address-bytes.js';
import type { CanaryOrder } from './messages.js';

/** How long the path may take to answer at the start, in milliseconds; it is all on this machine. */
const PATIENCE = 5000;

/** Sends one query and opens one connection from inside the sandbox; each is true where the right answer came. */
export async function runCanary(order: CanaryOrder, inside: Inside): Promise<{ dns: boolean; tcp: boolean }> {
  const [dns, tcp] = await Promise.all([askName(order, inside), callHome(order, inside)]);
  return { dns, tcp };
}

async function askName(order: CanaryOrder, inside: Inside): Promise<boolean> {
  const { address, port } = order.server;
  const query = Buffer.from(order.query, 'hex');
  const family = isIpv6(address) ? C.AF_INET6 : C.AF_INET;
  const fd = inside(() => socket(family, C.SOCK_DGRAM | C.SOCK_CLOEXEC | C.SOCK_NONBLOCK, 0));
  if (fd < 0) return false;
  const udp = dgram.createSocket(family === C.AF_INET6 ? 'udp6' : 'udp4');
  return settle((done) => {
    udp.on('message', (answer) => done(answer.subarray(0, 2).equals(query.subarray(0, 2))));
    udp.on('error', () => done(false));
    udp.bind({ fd }, () => udp.send(query, port, address));
    return () => udp.close();
  });
}

async function callHome(order: CanaryOrder, inside: Inside): Promise<boolean> {
  const { address, port } = order.target;
  const fd = inside(() => socket(C.AF_INET, C.SOCK_STREAM | C.SOCK_CLOEXEC | C.SOCK_NONBLOCK, 0));
  if (fd < 0) return false;
  const code = connect(fd, socketAddressBytes(address, port));
  if (code < 0 && code !== -C.EINPROGRESS) {
    close(fd);
    return false;
  }
  return settle((done) => {
    const stream = new net.Socket({ fd });
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text === order.nonce) done(true);
    });
    stream.on('error', () => done(false));
    stream.on('close', () => done(false));
    stream.write(order.nonce);
    return () => stream.destroy();
  });
}

/** Runs until the first answer or the end of patience, then cleans up. */
function settle(start: (done: (value: boolean) => void) => () => void): Promise<boolean> {
  return new Promise((resolve) => {
    let stop: () => void = () => {};
    const timer = setTimeout(() => done(false), PATIENCE);
    const done = (value: boolean): void => {
      clearTimeout(timer);
      stop();
      resolve(value);
    };
    stop = start(done);
  });
}
