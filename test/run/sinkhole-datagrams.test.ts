import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cryptoFrame } from '../capture/import/support/sessions.js';
import { protectInitial } from '../capture/recognize/quic/support.js';
import { ascii } from '../capture/recognize/support/bytes.js';
import { helloMessage, serverName } from '../capture/recognize/support/hello.js';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe, type ReportedRun } from '../lab/report.js';

/** Sends each of the datagrams that it is given by a socket of its own kind, and goes over TCP once it is told to. */
const QUIC_CLIENT = `
const [, , isConnected, ...datagrams] = process.argv;
const socket = require('dgram').createSocket('udp4');
const begun = performance.now();
setTimeout(() => process.exit(1), 20_000).unref();
socket.on('error', (error) => { console.log(error.code); socket.close(); });
socket.on('message', async (answer) => {
  socket.close();
  const waited = performance.now() - begun;
  const { status } = await fetch('https://shop.example/a');
  console.log(answer.readUInt32BE(1) === 0 ? 'refused' : 'answered', waited < 3000 ? 'at once' : waited, status);
});
require('dns').lookup('shop.example', { family: 4 }, (_, address) => {
  const send = (...to) => datagrams.forEach((datagram) => socket.send(Buffer.from(datagram, 'hex'), ...to));
  if (isConnected === 'connected') socket.connect(443, address, () => send());
  else send(443, address);
});
`;
/** RFC 4330 §5: what a client computes of the answer. */
const TIME_CLIENT = `
import socket, struct, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20)
s.connect(('time.example', 123))
s.send(b'\\x23' + bytes(39) + b'12345678')
answer = s.recv(100)
there = struct.unpack('>I', answer[40:44])[0] - 2208988800
print(answer[0] & 7, answer[24:32], abs(there - time.time()) < 20)
`;
const SPEAKER = `
const socket = require('dgram').createSocket('udp4');
let heard = 0;
socket.on('message', () => { heard += 1; }).on('error', () => { heard += 1; });
socket.connect(8125, '198.51.100.30', () => {
  for (let at = 0; at < 3; at += 1) setTimeout(() => socket.send('a.count:1|c'), at * 100);
  setTimeout(() => { console.log(heard); socket.close(); }, 500);
});
`;

describeLab('datagrams in mode sinkhole', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  const sink = async (command: readonly string[], uid?: number): Promise<ReportedRun> => {
    const run = await observe(lab, command, {
      args: ['--mode', 'sinkhole'],
      ...(uid === undefined ? {} : { uid }),
    });
    expect(run.report.capture, run.stderr).toMatchObject({ verdict: 'complete', reasons: [] });
    expect(await lab.log()).toMatchObject({ dns: [], http: [], wire: { flows: [], missed: 0 } });
    return run;
  };

  test.for([
    { kind: 'connected', uid: 0 },
    { kind: 'unconnected', uid: 0 },
    { kind: 'unconnected', uid: 1001 },
  ])('a QUIC client, $kind, goes over TCP at once, as uid $uid', async ({ kind, uid }) => {
    const message = Buffer.from(helloMessage([serverName(ascii('shop.example'))], 32));
    const hello = [0, 40].map((at, number) =>
      protectInitial({ frames: cryptoFrame(at, message.subarray(at, at === 0 ? 40 : undefined)), number }),
    );
    const script = join(lab.folder, `quic-${kind}-${uid}.cjs`);
    writeFileSync(script, QUIC_CLIENT);
    const datagrams = hello.map((datagram) => datagram.toString('hex'));
    const run = await sink(['node', script, kind, ...datagrams], uid);
    expect(run.stdout, run.stderr).toBe('refused at once 200\n');
    const flows = run.to('shop.example').filter(({ port }) => port !== null);
    expect(flows.sort((a, b) => a.transport.localeCompare(b.transport))).toMatchObject([
      { transport: 'tcp', protocol: 'tls', verdict: 'sunk' },
      {
        transport: 'udp',
        protocol: 'quic',
        bytesSent: 2400,
        bytesReceived: 19,
        verdict: 'sunk',
        failures: [],
      },
    ]);
    expect(run.report.requests).toMatchObject([{ host: 'shop.example', method: 'GET', path: '/a' }]);
  });

  test('who asks for the time is told it', async () => {
    const run = await sink(['python3', '-c', TIME_CLIENT]);
    expect(run.stdout, run.stderr).toBe("4 b'12345678' True\n");
    expect(run.to('time.example').filter(({ port }) => port !== null)).toMatchObject([
      { port: 123, transport: 'udp', bytesSent: 48, bytesReceived: 48, verdict: 'sunk' },
    ]);
  });

  test('who waits for no answer goes on, and all of it is counted', async () => {
    const run = await sink(['node', '-e', SPEAKER]);
    expect(run.stdout, run.stderr).toBe('0\n');
    expect(run.to('hosted.lab.example')).toMatchObject([
      { port: 8125, transport: 'udp', bytesSent: 33, bytesReceived: 0, verdict: 'sunk', failures: [] },
    ]);
  });
});
