// The servers of the lab: a resolver that answers each name with one address, TLS, HTTP, and an echo of datagrams.
import dgram from 'node:dgram';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import tls from 'node:tls';
import dnsPacket from 'dns-packet';

const [folder, address, tlsPorts, httpPorts, udpPorts] = process.argv.slice(2);
const numbers = (text) => text.split(',').filter(Boolean).map(Number);
const listening = (server, port) => new Promise((resolve) => server.listen(port, '::', resolve));

/** `alias.example` leads over a name that is on no list. */
function answersTo({ name, type }) {
  const own = name.toLowerCase();
  const chain = own === 'alias.example' ? [{ name, type: 'CNAME', data: 'target.elsewhere.example' }] : [];
  if (type !== 'A') return chain;
  return [...chain, { name: chain[0]?.data ?? name, type, ttl: 1, data: address }];
}

const resolver = dgram.createSocket('udp4');
resolver.on('message', (message, from) => {
  const query = dnsPacket.decode(message);
  const answers = answersTo(query.questions[0]);
  const flags = dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE;
  const answer = { type: 'response', id: query.id, flags, questions: query.questions, answers };
  resolver.send(dnsPacket.encode(answer), from.port, from.address);
});
await new Promise((resolve) => resolver.bind(53, '192.0.2.53', resolve));

const pair = { key: readFileSync(`${folder}/key.pem`), cert: readFileSync(`${folder}/cert.pem`) };
for (const port of numbers(tlsPorts)) {
  const server = tls.createServer(pair, (socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlab\n');
  });
  server.on('tlsClientError', () => {});
  await listening(server, port);
}
for (const port of numbers(httpPorts))
  await listening(
    http.createServer((_, answer) => answer.end('lab\n')),
    port,
  );
for (const port of numbers(udpPorts)) {
  // On one address, so that what comes back comes from there.
  const echo = dgram.createSocket('udp4');
  echo.on('message', (message, from) => echo.send(message, from.port, from.address));
  await new Promise((resolve) => echo.bind(port, address, resolve));
}
writeFileSync(`${folder}/ready`, '');
