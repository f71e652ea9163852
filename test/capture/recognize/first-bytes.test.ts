import { expect, test } from 'vitest';
import { createFirstBytes, MAX_RECEIVED, MAX_SENT } from '../../../src/capture/recognize/first-bytes.js';
import { ascii, concat, hex, play, type Step, singly, UNKNOWN } from './support/bytes.js';
import { extension, helloMessage, records, serverName, uint, vector } from './support/hello.js';

const hello = records(
  helloMessage([serverName(ascii('x.example')), extension(16, vector(2, vector(1, ascii('h2'))))]),
);
const inTls = { sni: 'x.example', alpn: ['h2'] };
const connect = (target: string) => ascii(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
const accepted = ascii('HTTP/1.1 200 OK\r\n\r\n');
const denied = ascii('HTTP/1.1 407 Auth\r\nContent-Length: 3\r\n\r\nabc');
const sent = (bytes: Uint8Array): Step => ['sent', bytes];
const received = (bytes: Uint8Array): Step => ['received', bytes];
const banner = ascii('SSH-2.0-x\r\n');

test.each<[string, Step[], object]>([
  ['tls', [sent(hello)], { protocol: 'tls', ...inTls }],
  [
    'http',
    [sent(ascii('GET / HTTP/1.1\r\nHost: x.example\r\n\r\n'))],
    { protocol: 'http', httpHost: 'x.example' },
  ],
  ['ssh, the client first', [sent(banner)], { protocol: 'ssh' }],
  ['ldap', [sent(hex('300c 020101 6007 020103 0400 8000'))], { protocol: 'ldap' }],
  ['rmi', [sent(hex('4a524d49 0002 4b'))], { protocol: 'rmi' }],
  ['git', [sent(ascii('0041git-upload-pack /project.git\0'))], { protocol: 'git' }],
  ['dns', [sent(hex('0011 0001 0000 0001 0000 0000 0000 00 0002 0001'))], { protocol: 'dns' }],
  [
    'smtp by its command',
    [received(ascii('220 x.example\r\n')), sent(ascii('EHLO y\r\n'))],
    { protocol: 'smtp' },
  ],
  ['stratum', [sent(ascii('{"method":"mining.subscribe"}\n'))], { protocol: 'stratum' }],
  ['socks without a tunnel', [sent(hex('050101')), received(hex('0501'))], { protocol: 'socks' }],
  ['ssh, the server first', [received(banner), sent(banner)], { protocol: 'ssh' }],
  [
    'a client that does not speak what the server greets with',
    [received(banner), sent(ascii('QUIT\r\n'))],
    {},
  ],
  ['ftp', [received(ascii('220 FTP\r\n')), sent(ascii('USER x\r\n'))], {}],
  ['SSL 2', [sent(hex('802e01000200150000'))], {}],
  [
    'the client decides',
    [sent(ascii('GE')), received(banner), sent(ascii('T / HTTP/1.1\r\n\r\n'))],
    { protocol: 'http' },
  ],
  [
    'a proxy for plain HTTP',
    [sent(ascii('GET http://x.example/ HTTP/1.1\r\n\r\n'))],
    { protocol: 'http', httpHost: 'x.example' },
  ],
  [
    'TLS through CONNECT',
    [sent(connect('x.example:443')), received(accepted), sent(hello)],
    { protocol: 'http', ...inTls, tunnel: { target: 'x.example:443', protocol: 'tls' } },
  ],
  [
    'TLS through CONNECT, without waiting',
    [sent(concat(connect('x.example:443'), hello)), received(accepted)],
    { protocol: 'http', ...inTls, tunnel: { target: 'x.example:443', protocol: 'tls' } },
  ],
  [
    'HTTP through CONNECT',
    [
      sent(connect('x.example:80')),
      received(accepted),
      sent(ascii('GET / HTTP/1.1\r\nHost: y.example\r\n\r\n')),
    ],
    { protocol: 'http', httpHost: 'y.example', tunnel: { target: 'x.example:80', protocol: 'http' } },
  ],
  [
    'CONNECT in CONNECT is not looked into',
    [sent(connect('x.example:80')), received(accepted), sent(connect('y.example:443')), received(accepted)],
    { protocol: 'http', tunnel: { target: 'x.example:80', protocol: 'http' } },
  ],
  [
    'a refused CONNECT does not stand in for the accepted one',
    [
      sent(connect('good.example:443')),
      received(denied),
      sent(connect('evil.example:443')),
      received(accepted),
      sent(hello),
    ],
    { protocol: 'http', ...inTls, tunnel: { target: 'evil.example:443', protocol: 'tls' } },
  ],
  [
    'a request after a refused CONNECT',
    [
      sent(connect('x.example:443')),
      received(denied),
      sent(ascii('GET / HTTP/1.1\r\nHost: y.example\r\n\r\n')),
    ],
    { protocol: 'http', httpHost: 'y.example' },
  ],
  [
    'bytes after a refusal without an end',
    [sent(connect('x.example:443')), received(ascii('HTTP/1.1 403 No\r\n\r\n')), sent(hello)],
    { protocol: 'http', tunnel: { target: 'x.example:443', protocol: 'unknown' } },
  ],
  [
    'bytes after what is no answer',
    [sent(connect('x.example:443')), received(ascii('nonsense')), sent(hello)],
    { protocol: 'http', tunnel: { target: 'x.example:443', protocol: 'unknown' } },
  ],
  [
    'refused more often than anybody asks',
    Array.from({ length: 5 }, () => [sent(connect('x.example:443')), received(denied)])
      .flat()
      .concat([sent(hello)]),
    { protocol: 'http', tunnel: { target: 'x.example:443', protocol: 'unknown' } },
  ],
  [
    'TLS through SOCKS 5',
    [
      sent(hex('050100')),
      received(hex('0500')),
      sent(concat(hex('05010003'), Uint8Array.of(9), ascii('x.example'), hex('01bb'))),
      received(hex('05000001 00000000 0000')),
      sent(hello),
    ],
    { protocol: 'socks', ...inTls, tunnel: { target: 'x.example:443', protocol: 'tls' } },
  ],
])('%s, in chunks and byte by byte', (_, steps, expected) => {
  const whole = play(steps);
  expect(whole.pushed).toEqual({ ...UNKNOWN, ...expected });
  expect(whole.ended).toEqual(whole.pushed);
  expect(play(singly(steps))).toEqual(whole);
});

test.each<[string, Step[], object]>([
  ['nothing', [], { protocol: 'none' }],
  ['an empty chunk', [sent(new Uint8Array(0))], { protocol: 'none' }],
  ['a banner of SSH', [received(banner)], { protocol: 'ssh' }],
  ['a greeting of SMTP', [received(ascii('220 x.example ESMTP\r\n'))], { protocol: 'smtp' }],
  ['a greeting of no known kind', [received(ascii('+OK\r\n'))], {}],
  ['the beginning of a hello', [sent(hello.subarray(0, 40))], { protocol: 'tls' }],
  ['the beginning of a head', [sent(ascii('GET / HTTP/1.1\r\nHost: x.'))], { protocol: 'http' }],
  ['the beginning of a CONNECT', [sent(connect('x.example:443').subarray(0, -1))], {}],
  ['a greeting of SOCKS', [sent(hex('050100'))], { protocol: 'socks' }],
  [
    'a CONNECT without an answer',
    [sent(connect('x.example:443'))],
    { protocol: 'http', tunnel: { target: 'x.example:443', protocol: 'none' } },
  ],
  [
    'a CONNECT without an answer, and a hello',
    [sent(concat(connect('x.example:443'), hello))],
    { protocol: 'http', ...inTls, tunnel: { target: 'x.example:443', protocol: 'tls' } },
  ],
  [
    'a tunnel in which nothing is said',
    [sent(connect('x.example:443')), received(accepted)],
    { protocol: 'http', tunnel: { target: 'x.example:443', protocol: 'none' } },
  ],
  [
    'a server that speaks first through CONNECT',
    [sent(connect('x.example:22')), received(concat(accepted, banner))],
    { protocol: 'http', tunnel: { target: 'x.example:22', protocol: 'ssh' } },
  ],
  [
    'SSH through SOCKS 4a, the server first',
    [sent(hex('0401 0016 00000001 00 78 00')), received(concat(hex('005a 0000 00000000'), banner))],
    { protocol: 'socks', tunnel: { target: 'x:22', protocol: 'ssh' } },
  ],
  [
    'a refused CONNECT',
    [sent(connect('x.example:443')), received(denied)],
    { protocol: 'http', tunnel: { target: 'x.example:443', protocol: 'none' } },
  ],
])('the end after %s', (_, steps, expected) => {
  expect(play(steps)).toEqual({ pushed: null, ended: { ...UNKNOWN, ...expected } });
  expect(play(singly(steps)).ended).toEqual({ ...UNKNOWN, ...expected });
});

test('a result stays, whatever comes after it', () => {
  const flow = createFirstBytes();
  expect(flow.soFar().protocol).toBe('none');
  const first = flow.push('sent', banner);
  expect(flow.push('received', hello)).toBe(first);
  expect(flow.soFar()).toBe(first);
  expect(flow.end()).toBe(first);
});

test('soFar names the target before the tunnel is open, and does not end the recognition', () => {
  const flow = createFirstBytes();
  expect(flow.push('sent', connect('x.example:443'))).toBeNull();
  expect(flow.soFar().tunnel).toEqual({ target: 'x.example:443', protocol: 'none' });
  flow.push('received', accepted);
  expect(flow.push('sent', hello)?.tunnel).toEqual({ target: 'x.example:443', protocol: 'tls' });
});

test('chunks are copied', () => {
  const flow = createFirstBytes();
  const chunk = ascii('SS');
  flow.push('sent', chunk);
  chunk.fill(0);
  expect(flow.push('sent', ascii('H-'))?.protocol).toBe('ssh');
});

test('a flow that never becomes certain ends at the maximum of either direction', () => {
  const tunnel = connect('x.example:443');
  const flow = createFirstBytes();
  flow.push('sent', tunnel);
  expect(flow.push('sent', new Uint8Array(MAX_SENT - tunnel.length - 1))).toBeNull();
  expect(flow.push('sent', new Uint8Array(1))).toMatchObject({ tunnel: { protocol: 'unknown' } });
  const silent = createFirstBytes();
  expect(silent.push('received', new Uint8Array(MAX_RECEIVED - 1))).toBeNull();
  expect(silent.push('received', new Uint8Array(5))).toEqual(UNKNOWN);
});

test('the largest hello in the smallest records that fit is read', () => {
  const padding = extension(21, new Uint8Array(16_384 - 100));
  const message = helloMessage([padding, serverName(ascii('x.example'))]);
  expect(message.length).toBeLessThanOrEqual(16_384 + 4);
  expect(play([sent(records(message, 3))]).ended.sni).toBe('x.example');
  expect(play([sent(records(concat(uint(1, 1), vector(3, new Uint8Array(16_385)))))]).pushed).toEqual({
    ...UNKNOWN,
    protocol: 'tls',
  });
});
