import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { suricata } from '../../../src/export/packets/suricata.js';
import type { Protocol } from '../../../src/model/transport.js';
import { pcap } from '../../capture/import/support/capture-files.js';
import { ethernet } from '../../capture/import/support/frames.js';
import type { Path } from '../../capture/import/support/packets.js';
import { clientHello, quicInitial, timed } from '../../capture/import/support/sessions.js';
import { helloMessage, records } from '../../capture/recognize/support/hello.js';
import { OPTIONS } from '../lists.js';
import { inFolder, run } from '../support.js';
import { conversation } from './conversation.js';
import { GIT_SERVER, isAllowed, list, NAMES, SERVER } from './scenario.js';

interface Flow {
  readonly what: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly packets: (path: Path) => Buffer[];
  readonly to?: string;
}

const SERVER_HELLO = Buffer.from(
  records(Buffer.concat([Buffer.from([2, 0, 0, 70, 3, 3]), Buffer.alloc(68)])),
);
/** The client speaks first. */
const talk = (
  path: Path,
  sent: string | Uint8Array,
  received: string | Uint8Array,
  size?: number,
): Buffer[] =>
  conversation(
    path,
    [
      { by: 'client', bytes: Buffer.from(sent) },
      { by: 'server', bytes: Buffer.from(received) },
    ],
    size,
  );
/** The server speaks first. */
const greeted = (path: Path, greeting: string, sent: string): Buffer[] =>
  conversation(path, [
    { by: 'server', bytes: Buffer.from(greeting) },
    { by: 'client', bytes: Buffer.from(sent) },
    { by: 'server', bytes: Buffer.from('more of it\r\n') },
  ]);
const tls = (host: string, port = 443, size?: number): Flow => ({
  what: `TLS ${host}:${port}${size === undefined ? '' : ` in pieces of ${size}`}`,
  host,
  port,
  protocol: 'tls',
  packets: (path) => talk(path, clientHello(host), SERVER_HELLO, size),
});
const http = (host: string, port = 80, size?: number): Flow => ({
  what: `HTTP ${host}:${port}${size === undefined ? '' : ` in pieces of ${size}`}`,
  host,
  port,
  protocol: 'http',
  packets: (path) =>
    talk(
      path,
      `GET /a HTTP/1.1\r\nAccept: */*\r\nHost: ${host}\r\n\r\n`,
      'HTTP/1.1 204 No Content\r\n\r\n',
      size,
    ),
});
const quic = (host: string): Flow => ({
  what: `QUIC ${host}`,
  host,
  port: 443,
  protocol: 'quic',
  packets: (path) => [quicInitial(path, host)],
});
const raw = (
  what: string,
  to: string,
  host: string,
  port: number,
  protocol: Protocol,
  sent: string,
): Flow => ({
  what: `${what} ${to}:${port}`,
  host,
  port,
  protocol,
  to,
  packets: (path) => talk(path, sent, 'SSH-2.0-server\r\n'),
});
const nameless = (to: string): Flow => ({
  what: `TLS without a name to ${to}`,
  host: to,
  port: 443,
  protocol: 'tls',
  to,
  packets: (path) => talk(path, records(helloMessage([])), SERVER_HELLO),
});

const FLOWS: readonly Flow[] = [
  ...NAMES.map((host) => tls(host)),
  ...NAMES.map((host) => http(host)),
  ...NAMES.map((host) => quic(host)),
  tls('registry.example', 443, 40),
  tls('stranger.example', 443, 40),
  http('plain.example', 80, 20),
  http('stranger.example', 80, 20),
  tls('registry.example', 8443),
  tls('registry.example', 80),
  http('plain.example', 443),
  http('plain.example', 8080),
  ...[7999, 8000, 8003, 8004].map((port) => tls('ports.example', port)),
  nameless('198.51.100.7'),
  nameless('198.51.100.8'),
  nameless('2001:db8:1::7'),
  nameless('2001:db8:1::8'),
  { ...http('198.51.100.200', 8080), to: '198.51.100.200' },
  { ...http('198.51.100.100', 8080), to: '198.51.100.100' },
  raw('SSH', GIT_SERVER, 'git.example', 22, 'ssh', 'SSH-2.0-client\r\n'),
  raw('SSH', SERVER, 'stranger.example', 22, 'ssh', 'SSH-2.0-client\r\n'),
  raw('SSH', SERVER, 'registry.example', 443, 'ssh', 'SSH-2.0-client\r\n'),
  raw('anything', SERVER, 'registry.example', 443, 'unknown', '\u0001\u0002\u0003\u0004\u0005\u0006\u0007'),
  {
    ...raw('SSH, the server first,', GIT_SERVER, 'git.example', 22, 'ssh', ''),
    packets: (path) => greeted(path, 'SSH-2.0-server\r\n', 'SSH-2.0-client\r\n'),
  },
  {
    ...raw('SSH, the server first,', SERVER, 'registry.example', 443, 'ssh', ''),
    packets: (path) => greeted(path, 'SSH-2.0-server\r\n', 'SSH-2.0-client\r\n'),
  },
  raw('mail', SERVER, 'registry.example', 25, 'smtp', 'EHLO x\r\n'),
];

test('replays allowed and forbidden connections, and decides each as the policy does', () => {
  const paths = FLOWS.map(
    ({ to = SERVER, port }, index): Path => ({
      from: to.includes(':') ? '2001:db8::2' : '192.0.2.2',
      to,
      sourcePort: 40_000 + index,
      port,
    }),
  );
  const packets = FLOWS.flatMap((flow, index) => flow.packets(paths[index]!));
  const verdicts = inFolder({ 'export.rules': suricata(list(), OPTIONS).text }, (folder) => {
    writeFileSync(join(folder, 'traffic.pcap'), pcap(timed(packets.map(ethernet))));
    const words = ['-S', join(folder, 'export.rules'), '-r', join(folder, 'traffic.pcap'), '-l', folder];
    const { code, output } = run('suricata', [
      ...words,
      '-k',
      'none',
      '--simulate-ips',
      '--runmode',
      'single',
    ]);
    expect({ code, output }).toMatchObject({ code: 0 });
    return verdictsOf(readFileSync(join(folder, 'eve.json'), 'utf8'));
  });
  const told = FLOWS.map(({ what }, index) => `${what}: ${verdicts.get(40_000 + index) ?? 'unseen'}`);
  const ours = FLOWS.map((flow) => `${flow.what}: ${isAllowed(flow) ? 'allowed' : 'dropped'}`);
  expect(told).toEqual(ours);
});

/**
 * Source port → whether the flow was dropped. A rule that looks at packets drops those alone, with each answer of a
 * server among them; one that looks into the protocol drops the flow.
 */
function verdictsOf(eve: string): Map<number, 'allowed' | 'dropped'> {
  const events = eve.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  const blocked = new Set(
    events.filter(({ alert }) => alert?.action === 'blocked').map((event) => event.flow_id),
  );
  return new Map(
    events
      .filter((event) => event.event_type === 'flow')
      .map((event) => [
        event.src_port,
        event.flow.action === 'drop' || blocked.has(event.flow_id) ? 'dropped' : 'allowed',
      ]),
  );
}
