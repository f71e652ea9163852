import { execFileSync } from 'node:child_process';
import dgram from 'node:dgram';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import { serveDns } from './dns-server.mjs';
import { PACKAGES } from './packages.mjs';
import { servePostgres } from './postgres.mjs';
import { createRegistry } from './registry.mjs';
import { serveStrangers } from './strangers.mjs';
import { watchWire } from './wire.mjs';

/*
 * All servers of the lab, in one process inside its network namespace. It keeps the namespace alive, and ends with the
 * channel to its parent.
 */
const folder = process.argv[2];
/** Path of a module with more of everything; see `Addition`. */
const {
  packages = [],
  zone = {},
  answers = new Map(),
} = process.argv[3] ? await import(process.argv[3]) : {};
const log = { dns: [], foreignDns: [], http: [] };
const COLLECTOR = '198.51.100.10';
const REGISTRY = '198.51.100.20';
const WEB = '198.51.100.30';
const WEB6 = '2001:db8:51::30';

const listen = (server, port, address) => new Promise((resolve) => server.listen(port, address, resolve));

/** Answers with what it was asked for: `/bytes/N` sends N bytes; a POST is answered with the number of its bytes. */
function web(request, response) {
  const host = request.headers.host ?? request.headers[':authority'];
  log.http.push({ host, path: request.url, sourcePort: request.socket.remotePort });
  const answer = answers.get(`${host}${request.url}`);
  if (answer !== undefined) return response.writeHead(answer.status, answer.headers).end(answer.body);
  const bytes = /^\/bytes\/(\d+)$/.exec(request.url)?.[1];
  if (bytes !== undefined) return sendBytes(response, Number(bytes));
  let received = 0;
  request.on('data', (chunk) => {
    received += chunk.length;
  });
  request.on('end', () => response.end(request.method === 'POST' ? String(received) : 'hello'));
}

const BLOCK = Buffer.alloc(256 * 1024, 'x');
function sendBytes(stream, bytes) {
  let left = bytes;
  const more = () => {
    while (left > 0) {
      const part = left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK;
      left -= part.length;
      if (!stream.write(part)) return stream.once('drain', more);
    }
    stream.end();
  };
  more();
}

/** Port → what a plain TCP server does there. */
const TCP = {
  7: (socket) => socket.pipe(socket),
  22: (socket) => socket.write('SSH-2.0-lab\r\n'),
  25: (socket) => socket.write('220 lab.example ESMTP\r\n'),
  389: (socket) => socket.resume(),
  // Counts all that comes until the client's half-close, then answers.
  1235: (socket) => {
    let count = 0;
    socket.on('data', (chunk) => {
      count += chunk.length;
    });
    socket.on('end', () => socket.end(`${count}\n`));
  },
  5432: servePostgres,
  1236: (socket) => socket.once('data', () => socket.resetAndDestroy()),
  // Reads slowly: 64 KiB every millisecond.
  1237: (socket) => {
    let count = 0;
    socket.on('readable', function take() {
      const chunk = socket.read(64 * 1024) ?? socket.read();
      if (chunk === null) return;
      count += chunk.length;
      setTimeout(take, 1);
    });
    socket.on('end', () => socket.end(`${count}\n`));
  },
  // Says how much to send in its first line, as text.
  1238: (socket) => socket.once('data', (line) => sendBytes(socket, Number(line.toString()))),
};

async function serve() {
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=lab',
      '-addext',
      'subjectAltName=DNS:*.lab.example,DNS:*.collect.lab.example,DNS:*.codehost.example',
      '-keyout',
      join(folder, 'key.pem'),
      '-out',
      join(folder, 'ca.pem'),
    ],
    { stdio: 'ignore' },
  );
  const tls = { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'ca.pem')) };
  await serveDns('198.51.100.53', log.dns, zone);
  await serveDns('198.51.100.54', log.foreignDns, zone);
  await serveStrangers({ web, tls, dnsLog: log.foreignDns, zone });
  for (const address of [COLLECTOR, WEB, WEB6]) {
    await listen(http.createServer(web), 80, address);
    await listen(http2.createSecureServer({ ...tls, allowHTTP1: true }, web), 443, address);
  }
  const fixtures = [...Object.values(PACKAGES), ...packages];
  const registry = (origin) => createRegistry(origin, fixtures);
  await listen(http.createServer(registry('http://registry.lab.example')), 80, REGISTRY);
  await listen(https.createServer(tls, registry('https://registry.lab.example')), 443, REGISTRY);
  for (const [port, handle] of Object.entries(TCP)) {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      handle(socket);
    });
    await listen(server, Number(port), WEB);
  }
  for (const [type, address] of [
    ['udp4', WEB],
    ['udp6', WEB6],
  ]) {
    const udp = dgram.createSocket(type);
    udp.on('message', (message, from) => udp.send(message, from.port, from.address));
    await new Promise((resolve) => udp.bind(7, address, resolve));
  }
}

const wire = await watchWire();
process.on('message', async (message) => {
  if (message === 'log') process.send({ log: { ...log, wire: await wire() } });
});
process.on('disconnect', () => process.exit(0));
await serve();
process.send({ ready: true });
