import dgram from 'node:dgram';
import { openSync } from 'node:fs';
import net from 'node:net';
import { bind, close, listen, setns, setSocketOption, socket } from '../../sandbox/libc.js';
import { SandboxError } from '../../sandbox/sandbox-error.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { socketAddressBytes } from './address-bytes.js';
import type { ListenRequest } from './messages.js';

/** Connections that may wait for the gateway: the kernel's own maximum on every current system. */
const BACKLOG = 4096;

/** Runs a function in another network namespace; the sockets that it makes stay there. */
export type Inside = <T>(action: () => T) => T;

/** @throws SandboxError `system-call` where the namespace can't be joined. */
export function createInside(holderPid: number): Inside {
  const own = openSync('/proc/self/ns/net', 'r');
  const other = openSync(`/proc/${holderPid}/ns/net`, 'r');
  return (action) => {
    const code = setns(other, C.CLONE_NEWNET);
    if (code < 0)
      throw new SandboxError('system-call', `expected to join the sandbox's network, got errno ${-code}`);
    try {
      return action();
    } finally {
      // The thread must be back before the event loop goes on. Staying inside would be a hole: end instead.
      if (setns(own, C.CLONE_NEWNET) < 0) process.exit(1);
    }
  };
}

/** A listening socket or bound datagram socket, ready to be handed to the parent. */
export async function makeSocket(request: ListenRequest, inside: Inside): Promise<net.Server | dgram.Socket> {
  switch (request.kind) {
    case 'tcp': {
      const server = net.createServer({ pauseOnConnect: true });
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: '::', port: request.port, backlog: BACKLOG }, resolve);
      });
      return server;
    }
    case 'udp':
      return bindDatagram(rawSocket(request.address, request.port, C.SOCK_DGRAM), request.address);
    case 'inside-udp':
      return bindDatagram(
        inside(() => rawSocket(request.address, request.port, C.SOCK_DGRAM)),
        request.address,
      );
    case 'inside-tcp': {
      const fd = inside(() => rawSocket(request.address, request.port, C.SOCK_STREAM));
      const server = net.createServer({ pauseOnConnect: true });
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ fd }, resolve);
      });
      return server;
    }
  }
}

function rawSocket(address: string, port: number, type: number): number {
  const ipv6 = net.isIPv6(address);
  const fd = socket(ipv6 ? C.AF_INET6 : C.AF_INET, type | C.SOCK_CLOEXEC | C.SOCK_NONBLOCK, 0);
  if (fd < 0) throw systemError('socket', -fd);
  if (ipv6) setSocketOption(fd, 41, 26, 1);
  if (type === C.SOCK_STREAM) setSocketOption(fd, C.SOL_SOCKET, C.SO_REUSEADDR, 1);
  const code = bind(fd, socketAddressBytes(address, port));
  const listening = code === 0 && type === C.SOCK_STREAM ? listen(fd, BACKLOG) : code;
  if (listening < 0) {
    close(fd);
    throw systemError('bind', -listening);
  }
  return fd;
}

async function bindDatagram(fd: number, address: string): Promise<dgram.Socket> {
  const udp = dgram.createSocket({ type: net.isIPv6(address) ? 'udp6' : 'udp4' });
  await new Promise<void>((resolve, reject) => {
    udp.once('error', reject);
    udp.bind({ fd }, resolve);
  });
  return udp;
}

function systemError(call: string, errno: number): SandboxError {
  return new SandboxError('system-call', `${call} failed with errno ${errno}`);
}
