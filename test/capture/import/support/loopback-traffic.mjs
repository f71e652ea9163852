// Records real traffic on the loopback of its own network namespace: names over UDP and TCP, HTTP, HTTPS, a QUIC Initial.
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';

const folder = process.argv[2];
const initial = readFileSync(join(folder, 'initial.bin'));
execFileSync('ip', ['link', 'set', 'lo', 'up']);
const subject = ['-subj', '/CN=secure.example', '-days', '1', '-nodes', '-newkey', 'rsa:2048'];
execFileSync(
  'openssl',
  ['req', '-x509', ...subject, '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
  { stdio: 'ignore' },
);

/** The query with an A record of 127.0.0.1 behind it, for any question. */
function answerTo(query) {
  const end = query.indexOf(0, 12) + 5;
  const head = Buffer.concat([
    query.subarray(0, end),
    Buffer.from('c00c00010001000000000004', 'hex'),
    Buffer.of(127, 0, 0, 1),
  ]);
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(1, 6);
  head.fill(0, 8, 12);
  return head;
}

const udp = createSocket('udp4');
udp.on('message', (message, from) => {
  if (!message.includes('silent')) udp.send(answerTo(message), from.port, from.address);
});
udp.bind(53, '127.0.0.53');
const tcp = createTcpServer((socket) => {
  socket.on('data', (chunk) => {
    const answer = answerTo(chunk.subarray(2));
    const length = Buffer.alloc(2);
    length.writeUInt16BE(answer.length);
    socket.end(Buffer.concat([length, answer]));
  });
}).listen(53, '127.0.0.53');
const http = createServer((_, answer) => answer.end('plain')).listen(80, '127.0.0.1');
const https = createSecureServer(
  { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) },
  (_, answer) => answer.end('x'.repeat(100_000)),
).listen(443, '127.0.0.1');
const quic = createSocket('udp4').bind(443, '127.0.0.1');
await Promise.all([udp, tcp, http, https, quic].map((server) => once(server, 'listening')));

const file = join(folder, 'loopback.pcap');
const recorder = spawn('tcpdump', ['-i', 'lo', '-U', '-Z', 'root', '-w', file], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
await new Promise((resolve) => {
  recorder.stderr.on('data', (text) => String(text).includes('listening on') && resolve());
});

const run = async (...argv) => {
  const child = spawn(argv[0], argv.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] });
  await once(child, 'exit');
};
const dig = ['dig', '@127.0.0.53', '+tries=1', '+time=1', '+noedns'];
await run(...dig, 'plain.example');
await run(...dig, 'secure.example');
await run(...dig, 'silent.example');
await run(...dig, '+tcp', 'bytcp.example');
await run('curl', '-sS', '--resolve', 'plain.example:80:127.0.0.1', 'http://plain.example/');
await run('curl', '-sSk', '--resolve', 'secure.example:443:127.0.0.1', 'https://secure.example/');
await run('curl', '-s', '--max-time', '2', 'http://127.0.0.1:81/');
const client = createSocket('udp4');
client.send(initial, 443, '127.0.0.1');
await once(quic, 'message');
// The recorder learns of the last packets a little later.
await new Promise((resolve) => setTimeout(resolve, 1000));
recorder.kill('SIGINT');
await once(recorder, 'exit');
process.exit(0);
