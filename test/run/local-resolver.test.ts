import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, MAIN, startLab } from '../lab/lab.js';

/** What systemd-resolved is on many hosts: a resolver on the loopback, which asks the network's. */
const STUB = `
const dgram = require('dgram');
const net = require('net');
const up = '198.51.100.53';
const socket = dgram.createSocket('udp4');
socket.on('message', (query, from) => {
  const asking = dgram.createSocket('udp4');
  asking.on('message', (answer) => {
    socket.send(answer, from.port, from.address);
    asking.close();
  });
  asking.send(query, 53, up);
});
const server = net.createServer((client) => {
  const asking = net.connect(53, up);
  asking.on('error', () => client.destroy());
  client.on('error', () => asking.destroy());
  client.pipe(asking).pipe(client);
});
socket.bind(53, '127.0.0.53', () => server.listen(53, '127.0.0.53', () => console.log('up')));
`;

describeLab('a host whose resolver is on its loopback', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test.for([{ uid: 0 }, { uid: 1001 }])('each query is its process’s, as uid $uid', async ({ uid }) => {
    const folder = join(lab.folder, `host-${uid}`);
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.53\n');
    writeFileSync(join(folder, 'stub.cjs'), STUB);
    const command = `curl -sS http://web.lab.example/ > ${folder}/page; dig +tcp +short nothing.lab.example`;
    const script = [
      `cd ${folder}; mount --bind resolv.conf /etc/resolv.conf`,
      `${process.execPath} stub.cjs > said & until grep -q up said; do sleep 0.1; done`,
      `setpriv --reuid ${uid} --regid ${uid} --clear-groups -- ${process.execPath} ${MAIN} run --quiet --db runs.db --json report.json -- sh -c '${command}'`,
      'code=$?; kill $!; exit $code',
    ].join('\n');
    const output = await lab.exec(['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script]);
    expect(output, output.stderr).toMatchObject({ code: 0, stdout: '' });
    const { capture, destinations } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
    expect(capture).toMatchObject({ verdict: 'complete', reasons: [], counts: { unattributed: 0 } });
    const programs = destinations.flatMap((to: { attributions: { actor: { argv: string[] } | null }[] }) =>
      to.attributions.map(({ actor }) => actor?.argv[0]),
    );
    expect([...new Set(programs)].sort()).toEqual(['curl', 'dig']);
  });
});
