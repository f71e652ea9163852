import dgram from 'node:dgram';
import type { EventEmitter } from 'node:events';
import net from 'node:net';
import { isIpv6 } from '../../model/ip.js';
import { bind, close, listen, setSocketOption, socket } from '../../sandbox/libc.js';
import type { Inside } from '../../sandbox/network-namespace.js';
import { SandboxError } from '../../sandbox/sandbox-error.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { socketAddressBytes } from './address-bytes.js';
import type { ListenRequest } from './messages.js';

/** Room for a burst of datagrams while the event loop is busy: some 2,500 small ones; the kernel's default takes 280. */
const RECEIVE_BUFFER = 1024 * 1024;
/** Connections that may wait for the gateway: the kernel's own maximum on every current system. */
const BACKLOG = 4096;

/** A listening socket or bound datagram socket. @throws SandboxError `system-call` */
export async function makeSocket(
  request: ListenRequest,
  inGateway: Inside,
  inSandbox: Inside,
): Promise<net.Server | dgram.Socket> {
  switch (request.kind) {
    case 'tcp':
      return serverOf(inGateway(() => rawSocket('::', request.port, C.SOCK_STREAM, true)));
    case 'inside-tcp':
      return serverOf(inSandbox(() => rawSocket(request.address, request.port, C.SOCK_STREAM)));
    case 'udp':
      return datagramOf(
        inGateway(() => rawSocket(request.address, request.port, C.SOCK_DGRAM)),
        request.address,
      );
    case 'inside-udp':
      return datagramOf(
        inSandbox(() => rawSocket(request.address, request.port, C.SOCK_DGRAM)),
        request.address,
      );
  }
}

/** @param takesIpv4 Whether a socket of IPv6 stands for all addresses of IPv4 too */
function rawSocket(address: string, port: number, type: number, takesIpv4 = false): number {
  const ipv6 = isIpv6(address);
  const fd = socket(ipv6 ? C.AF_INET6 : C.AF_INET, type | C.SOCK_CLOEXEC | C.SOCK_NONBLOCK, 0);
  if (fd < 0) throw systemError('socket', -fd);
  if (ipv6) setSocketOption(fd, C.IPPROTO_IPV6, C.IPV6_V6ONLY, takesIpv4 ? 0 : 1);
  if (type === C.SOCK_STREAM) setSocketOption(fd, C.SOL_SOCKET, C.SO_REUSEADDR, 1);
  else setSocketOption(fd, C.SOL_SOCKET, C.SO_RCVBUFFORCE, RECEIVE_BUFFER);
  const code = bind(fd, socketAddressBytes(address, port));
  const listening = code === 0 && type === C.SOCK_STREAM ? listen(fd, BACKLOG) : code;
  if (listening < 0) {
    close(fd);
    throw systemError('bind', -listening);
  }
  return fd;
}

async function serverOf(fd: number): Promise<net.Server> {
  const server = net.createServer({ pauseOnConnect: true });
  await begun(server, fd, (done) => server.listen({ fd }, BACKLOG, done));
  return server;
}

async function datagramOf(fd: number, address: string): Promise<dgram.Socket> {
  const udp = dgram.createSocket({ type: isIpv6(address) ? 'udp6' : 'udp4' });
  await begun(udp, fd, (done) => udp.bind({ fd }, done));
  return udp;
}

/** Waits until a socket is Node's; where it can't be, the descriptor is closed. */
async function begun(socket: EventEmitter, fd: number, begin: (done: () => void) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => {
      close(fd);
      reject(error);
    };
    socket.once('error', fail);
    begin(() => {
      socket.off('error', fail);
      resolve();
    });
  });
}

function systemError(call: string, errno: number): SandboxError {
  return new SandboxError('system-call', `${call} failed with errno ${errno}`);
}
