import { describe, expect, test } from 'vitest';
import type { FlowClaims, Ruling } from '../../../src/capture/gate.js';
import { createValve, type Release } from '../../../src/capture/gateway/valve.js';
import { createFirstBytes, MAX_SENT } from '../../../src/capture/recognize/first-bytes.js';
import { ascii } from '../recognize/support/bytes.js';
import { helloMessage, records, serverName } from '../recognize/support/hello.js';

const GET = 'GET / HTTP/1.1\r\nHost: good.example\r\n\r\n';
const OTHER = GET.replace('good', 'bad');
const UPGRADE = GET.replace('\r\n\r\n', '\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n');
const CONNECT = 'CONNECT good.example:443 HTTP/1.1\r\n\r\n';

const clientHello = ({ sni }: { readonly sni: string }): Uint8Array =>
  records(helloMessage([serverName(ascii(sni))]));

/** A valve that lets pass what names good.example, and says what it was asked. */
function setting(allow: (claims: FlowClaims) => boolean = isGood, budget = Number.POSITIVE_INFINITY) {
  const recognizer = createFirstBytes();
  const asked: FlowClaims[] = [];
  const refusals: string[] = [];
  let left = budget;
  const ruling = (isAllowed: boolean): Ruling => ({ isAllowed });
  const valve = createValve({
    recognizer,
    judge: (claims) => {
      asked.push(claims);
      return ruling(allow(claims));
    },
    spend: (bytes) => {
      left -= bytes;
      return ruling(left >= 0);
    },
    onRefused: (rule) => refusals.push(rule),
  });
  const text = (release: Release): string =>
    release === 'refused' ? 'refused' : Buffer.concat(release).toString('latin1');
  return {
    asked,
    refusals,
    valve,
    send: (data: string | Uint8Array): string => {
      const chunk = Buffer.from(data as string, 'latin1');
      recognizer.push('sent', chunk);
      return text(valve.take(chunk));
    },
    receive: (data: string): string => {
      const chunk = Buffer.from(data, 'latin1');
      recognizer.push('received', chunk);
      return text(valve.heard(chunk));
    },
    settle: (): string => text(valve.settle()),
  };
}

function isGood({ sni, httpHost, tunnelTarget }: FlowClaims): boolean {
  const names = [sni, httpHost, tunnelTarget?.replace(/:\d+$/, '') ?? null].filter((name) => name !== null);
  return names.length > 0 && names.every((name) => name === 'good.example');
}

test('nothing leaves before it is known, and all of it in order afterwards', () => {
  const { send, valve } = setting();
  expect(send(GET.slice(0, 10))).toBe('');
  expect(valve.isHolding).toBe(true);
  expect(send(GET.slice(10))).toBe(GET);
  expect(valve.isHolding).toBe(false);
  expect(send(GET)).toBe(GET);
});

test('a hello passes by its SNI, byte for byte', () => {
  const hello = Buffer.from(clientHello({ sni: 'good.example' }));
  const { send } = setting();
  expect(send(hello.subarray(0, 50))).toBe('');
  expect(send(hello.subarray(50))).toBe(hello.toString('latin1'));
  expect(send('\x17\x03\x03anything')).toBe('\x17\x03\x03anything');
  expect(setting().send(clientHello({ sni: 'bad.example' }))).toBe('refused');
});

test('a refused flow stays refused', () => {
  const { send, settle } = setting();
  expect(send(OTHER)).toBe('refused');
  expect(send(GET)).toBe('refused');
  expect(settle()).toBe('refused');
});

test('each request of a connection is looked at; of two in one chunk neither leaves', () => {
  const { send } = setting();
  expect(send(GET)).toBe(GET);
  expect(send(GET + OTHER)).toBe('refused');
});

test('a body goes on at once, a head waits for its end', () => {
  const post = 'POST / HTTP/1.1\r\nHost: good.example\r\nContent-Length: 4\r\n\r\n';
  const { send, valve } = setting();
  expect(send(`${post}ab`)).toBe(`${post}ab`);
  expect(send(`cd${GET.slice(0, 5)}`)).toBe('cd');
  expect(valve.isHolding).toBe(true);
  expect(send(GET.slice(5))).toBe(GET);
});

test('what can be read in two ways is refused, and says so', () => {
  const { send, refusals } = setting();
  send(GET);
  expect(
    send('POST / HTTP/1.1\r\nHost: good.example\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n'),
  ).toBe('refused');
  expect(refusals).toEqual(['requests that can not be told apart']);
});

test('a tunnel is judged by its target, then by what is said inside', () => {
  const inside = Buffer.from(clientHello({ sni: 'bad.example' }));
  const { send, receive, asked } = setting();
  expect(send(CONNECT)).toBe(CONNECT);
  expect(asked.at(-1)).toMatchObject({ tunnelTarget: 'good.example:443', tunnelProtocol: null });
  expect(receive('HTTP/1.1 200 OK\r\n\r\n')).toBe('');
  expect(send(inside)).toBe('refused');
  expect(asked.at(-1)).toMatchObject({ tunnelProtocol: 'tls', sni: 'bad.example' });
  expect(setting().send(CONNECT.replace('good', 'bad'))).toBe('refused');
});

test('a tunnel in mid-connection is refused', () => {
  const { send } = setting();
  send(GET);
  expect(send(CONNECT)).toBe('refused');
});

test('another protocol begins only where the server agrees', () => {
  const agreed = setting();
  expect(agreed.send(UPGRADE)).toBe(UPGRADE);
  agreed.receive('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  expect(agreed.send('\x81\x05hello')).toBe('\x81\x05hello');
  const ignored = setting();
  ignored.send(UPGRADE);
  ignored.receive('HTTP/1.1 200 OK\r\n\r\n');
  expect(ignored.send(OTHER)).toBe('refused');
  const hasty = setting();
  expect(hasty.send(UPGRADE + GET)).toBe('refused');
});

test('who waits too long, or ends, is judged by what there is', () => {
  const { send, settle, asked } = setting(({ protocol }) => protocol === 'unknown');
  expect(send('\x16')).toBe('');
  expect(settle()).toBe('\x16');
  expect(asked.at(-1)?.protocol).toBe('unknown');
});

describe('what is said after nobody has waited any longer', () => {
  /** As a rule without protocols: whatever names nobody passes. */
  const isLenient = (claims: FlowClaims): boolean =>
    ['tls', 'http'].includes(claims.tunnelProtocol ?? claims.protocol) || claims.tunnelTarget !== null
      ? isGood(claims)
      : true;
  const hello = (sni: string): string => Buffer.from(clientHello({ sni })).toString('latin1');

  test.for([
    ['a hello', hello('bad.example'), 1],
    ['a hello', hello('bad.example'), 5],
    ['a request', OTHER, 1],
    ['a request', OTHER, 'GET / HT'.length],
    ['a proxy’s request', CONNECT.replace('good', 'bad'), 3],
  ] as const)('%s is judged like any other (%#)', ([, bytes, cut]) => {
    const { send, settle, valve } = setting(isLenient);
    expect(send(bytes.slice(0, cut))).toBe('');
    expect(settle()).toBe(bytes.slice(0, cut));
    // However it is cut, it never leaves whole.
    const released = [...bytes.slice(cut)].map((byte) => send(byte));
    const end = released.indexOf('refused');
    expect(end).toBeGreaterThan(-1);
    const left = bytes.slice(0, cut) + released.slice(0, end).join('');
    expect(left.length).toBeLessThan(bytes.length);
    if (!bytes.startsWith('CONNECT')) expect(left).not.toMatch(/bad|\nHost/);
    expect(valve.isHolding).toBe(false);
  });

  test('what may go goes whole, and each request after it is looked at', () => {
    const slow = setting(isLenient);
    slow.send('G');
    expect(slow.settle()).toBe('G');
    expect(slow.send('ET /')).toBe('ET /');
    expect(slow.send(GET.slice(5))).toBe(GET.slice(5));
    expect(slow.send(GET)).toBe(GET);
    expect(slow.send(OTHER)).toBe('refused');
    const tls = setting(isLenient);
    const bytes = hello('good.example');
    tls.send(bytes.slice(0, 1));
    expect(tls.settle()).toBe(bytes.slice(0, 1));
    expect(tls.send(bytes.slice(1, 50))).toBe('');
    expect(tls.send(bytes.slice(50))).toBe(bytes.slice(1));
  });

  test('a name that is begun and not ended in time is none', () => {
    const { send, settle } = setting(isLenient);
    send('G');
    settle();
    expect(send('ET / HTTP/1.1\r\nHost: good')).toBe('');
    expect(settle()).toBe('refused');
  });

  test('what comes back in masses decides nothing', () => {
    const { send, settle, receive } = setting(isLenient);
    send('G');
    settle();
    receive('x'.repeat(20_000));
    expect(send(OTHER.slice(1))).toBe('refused');
  });

  test('what is undecided at the recognizer’s maximum is refused', () => {
    const { send, receive, settle, refusals } = setting(() => true);
    send(CONNECT);
    settle();
    send('x'.repeat(MAX_SENT - CONNECT.length - 1));
    expect(receive('HTTP/1.1 1')).toBe('');
    expect(send('x')).toBe('refused');
    expect(refusals).toEqual(['requests that can not be told apart']);
  });
});

describe('a proxy that does not agree', () => {
  const REFUSAL = 'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n';
  const AWAY = CONNECT.replace('good', 'bad');

  test('what is said inside of a tunnel waits for its answer, however long', () => {
    const { send, settle, receive } = setting();
    const inside = Buffer.from(clientHello({ sni: 'good.example' })).toString('latin1');
    expect(send(CONNECT + inside.slice(0, 60))).toBe(CONNECT);
    expect(send(inside.slice(60))).toBe('');
    expect(settle()).toBe('');
    expect(receive('HTTP/1.1 200 OK\r\n\r\n')).toBe(inside);
  });

  test('a hello inside of a tunnel may come in pieces', () => {
    const { send, receive } = setting();
    const inside = Buffer.from(clientHello({ sni: 'good.example' })).toString('latin1');
    send(CONNECT);
    receive('HTTP/1.1 200 OK\r\n\r\n');
    expect(send(inside.slice(0, 60))).toBe('');
    expect(send(inside.slice(60))).toBe(inside);
  });

  test.for(['-x.example:443', '127.1:443', 'b\xfccher.example:443', 'x.example', 'x.example:0x1bb', '/'])(
    'what a lenient one may take for a tunnel to %s is refused, since nobody knows where to',
    (target) => {
      expect(setting(() => true).send(`CONNECT ${target} HTTP/1.1\r\n\r\n`)).toBe('refused');
      expect(setting(() => true).send(`\r\nconnect\t${target} HTTP/1.1\r\n\r\n`)).toBe('refused');
    },
  );

  test.for(['CONNECT\naccept-version:1.2\n\n\0', 'CONNECT {"verbose":false}\r\n'])(
    '%j is no tunnel',
    (text) => {
      expect(setting(() => true).send(text)).toBe(text);
    },
  );

  test('a request after a refusal is one of its own', () => {
    const { send, settle, receive } = setting(
      ({ protocol, httpHost }) => protocol !== 'http' || httpHost !== 'bad.example',
    );
    expect(send(`${CONNECT}G`)).toBe(CONNECT);
    expect(receive(REFUSAL)).toBe('');
    expect(settle()).toBe('G');
    expect(send(GET.slice(1))).toBe(GET.slice(1));
    expect(send(OTHER)).toBe('refused');
  });

  test.for([
    ['has refused as often as can be followed', REFUSAL, 5],
    ['has refused without saying where its answer ends', 'HTTP/1.1 403 No\r\n\r\n', 1],
  ] as const)('a tunnel to elsewhere is not let pass after it %s', ([, refusal, times]) => {
    const { send, receive } = setting();
    for (let count = 0; count < times; count += 1) {
      expect(send(CONNECT)).toBe(CONNECT);
      receive(refusal);
    }
    expect(send(AWAY)).toBe('refused');
  });
});

test('a budget ends a flow that was allowed', () => {
  const { send } = setting(isGood, GET.length + 10);
  expect(send(GET)).toBe(GET);
  expect(send(GET)).toBe('refused');
});
