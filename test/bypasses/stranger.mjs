import dgram from 'node:dgram';
import { writeFileSync } from 'node:fs';
import net from 'node:net';

/*
 * A stranger's servers, and a proxy that asks nobody whom it may connect to, and has no way to any port 1. What arrives is counted into the file that
 * is named first, after each arrival; `ready` is printed once all listen.
 */
const [, , file] = process.argv;
const STRANGER = '198.51.100.10';
const TCP_PORTS = [31337, 8443, 853];
const UDP_PORTS = [443, 31337];
const arrived = { connections: 0, bytes: 0, datagrams: 0, tunnels: [] };
const note = () => writeFileSync(file, JSON.stringify(arrived));

const listening = [];
const listen = (server, port, address) =>
  listening.push(new Promise((resolve) => server.listen(port, address, resolve)));
for (const port of TCP_PORTS) {
  const server = net.createServer((socket) => {
    arrived.connections += 1;
    note();
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      arrived.bytes += chunk.length;
      note();
    });
  });
  listen(server, port, STRANGER);
}
for (const port of UDP_PORTS) {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (message) => {
    arrived.datagrams += 1;
    arrived.bytes += message.length;
    note();
  });
  listening.push(new Promise((resolve) => socket.bind(port, STRANGER, resolve)));
}

/** Connects wherever CONNECT says, and answers other requests itself. */
const proxy = net.createServer((client) => {
  let head = '';
  client.on('error', () => {});
  client.on('data', function take(chunk) {
    head += chunk.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    const [method, target] = head.split(' ', 2);
    head = head.slice(end + 4);
    arrived.tunnels.push(`${method} ${target}`);
    note();
    if (method !== 'CONNECT') return client.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    const [host, port] = target.split(':');
    if (port === '1') return client.write('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
    client.off('data', take);
    const upstream = net.connect(Number(port), host === 'web.lab.example' ? '198.51.100.30' : STRANGER);
    upstream.on('error', () => client.destroy());
    upstream.on('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
  });
});
listen(proxy, 3128, '198.51.100.30');

note();
await Promise.all(listening);
console.log('ready');
process.stdin.resume().on('end', () => process.exit(0));
