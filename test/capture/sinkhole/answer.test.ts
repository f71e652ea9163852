import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import tls from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { MAXIMUM_UNANSWERED } from '../../../src/capture/sinkhole/read-out.js';
import { type Setting, startSetting, textOf } from './setting.js';

const settings: Setting[] = [];
const start = async (...given: Parameters<typeof startSetting>): Promise<Setting> => {
  const setting = await startSetting(...given);
  settings.push(setting);
  return setting;
};
afterEach(() => {
  for (const setting of settings.splice(0)) setting.stop();
});

/** Sends text as it is, ends, and returns all that comes back. */
async function say(setting: Setting, ...parts: readonly string[]): Promise<string> {
  const socket = await setting.connect();
  for (const part of parts) socket.write(part, 'latin1');
  socket.end();
  return textOf(socket);
}

describe('HTTP', () => {
  test('a request is answered with an empty 200, and recorded without its values', async () => {
    const setting = await start({ meant: 80 });
    const answer = await say(
      setting,
      'POST /a?b=1 HTTP/1.1\r\nHost: web.example\r\nX-Secret: token\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\ncontent-length: 0\r\n/i);
    expect(answer).toMatch(/\r\n\r\n$/);
    expect(setting.requests()).toEqual([
      {
        kind: 'request',
        id: 100,
        at: 5,
        actorId: 7,
        connectionId: 1,
        host: 'web.example',
        port: 80,
        protocol: 'http',
        method: 'POST',
        path: '/a?b=[1 B]',
        headers: [
          { name: 'host', bytes: 11, value: null },
          { name: 'x-secret', bytes: 5, value: null },
          { name: 'content-length', bytes: 1, value: null },
          { name: 'connection', bytes: 5, value: null },
        ],
        bodyBytes: 5,
        body: null,
        status: 200,
      },
    ]);
    expect(setting.recognitions).toMatchObject([{ protocol: 'http', httpHost: 'web.example' }]);
  });

  test('values and the beginning of the body, where they are asked for', async () => {
    const setting = await start({ reveal: true });
    const body = 'x'.repeat(100_000);
    await say(
      setting,
      `POST /a?b=1 HTTP/1.1\r\nHost: web.example\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
      body,
    );
    const [request] = setting.requests();
    expect(request).toMatchObject({ path: '/a?b=1', bodyBytes: 100_000, body: 'x'.repeat(4096) });
    expect(request?.headers[0]).toEqual({ name: 'host', bytes: 11, value: 'web.example' });
  });

  test('several requests on one connection, pipelined, HEAD among them', async () => {
    const setting = await start({
      answers: [{ host: 'web.example', path: '*', status: 200, body: 'hello' }],
    });
    const answer = await say(
      setting,
      'HEAD /1 HTTP/1.1\r\nHost: web.example\r\n\r\nGET /2 HTTP/1.1\r\nHost: web.example\r\n\r\n',
      'GET /3 HTTP/1.1\r\nHost: web.example\r\nConnection: close\r\n\r\n',
    );
    expect(answer.split('HTTP/1.1 200 OK')).toHaveLength(4);
    expect(answer.split('hello')).toHaveLength(3);
    expect(setting.requests().map(({ method, path }) => `${method} ${path}`)).toEqual([
      'HEAD /1',
      'GET /2',
      'GET /3',
    ]);
    await expect.poll(() => setting.failures).toEqual([null]);
  });

  test('a client that waits for 100 Continue gets it; another expectation is no obstacle', async () => {
    const setting = await start();
    const socket = await setting.connect();
    socket.write('PUT / HTTP/1.1\r\nHost: web.example\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
    const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(first.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.end('ab');
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(setting.requests()).toMatchObject([{ bodyBytes: 2, status: 200 }]);
    const other = await say(
      setting,
      'GET / HTTP/1.1\r\nHost: web.example\r\nExpect: tea\r\nConnection: close\r\n\r\n',
    );
    expect(other).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  test('an upgrade is answered without it', async () => {
    const setting = await start();
    const answer = await say(
      setting,
      'GET /ws HTTP/1.1\r\nHost: web.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(setting.requests()).toMatchObject([{ path: '/ws', status: 200 }]);
  });

  test('a body that breaks off is recorded with what came of it, and without an answer', async () => {
    const setting = await start();
    const ended = setting.ended();
    const socket = await setting.connect();
    socket.write('POST / HTTP/1.1\r\nHost: web.example\r\nContent-Length: 1000\r\n\r\nabc');
    await expect.poll(() => setting.requests()).toMatchObject([{ status: 0 }]);
    socket.resetAndDestroy();
    expect(await ended).toBe('ECONNRESET');
    expect(setting.requests()).toMatchObject([{ bodyBytes: 3, status: 0 }]);
  });

  test.for([
    ['a head that is no HTTP', 'GET / HTTP/1.1\r\nHost web.example\r\n\r\n', 'HPE_INVALID_HEADER_TOKEN'],
    ['a head without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`, 'HPE_HEADER_OVERFLOW'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      'HPE_UNEXPECTED_CONTENT_LENGTH',
    ],
  ] as const)('%s is refused, and the failure says why', async ([, text, code]) => {
    const setting = await start();
    const ended = setting.ended();
    expect(await say(setting, text)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(await ended).toBe(code);
  });

  test('recorded answers, so that a second stage can be watched', async () => {
    const setting = await start({
      answers: [
        {
          host: 'web.example',
          method: 'GET',
          path: '/stage',
          status: 200,
          headers: { 'Content-Type': 'text/plain' },
          body: 'two',
        },
        { host: 'web.example', path: '/api/*', status: 404, bodyBase64: 'AAE=' },
      ],
    });
    const get = (path: string) =>
      say(setting, `GET ${path} HTTP/1.1\r\nHost: web.example\r\nConnection: close\r\n\r\n`);
    expect(await get('/stage')).toMatch(
      /^HTTP\/1\.1 200 OK\r\nContent-Type: text\/plain\r\n[\s\S]*\r\n\r\ntwo$/,
    );
    expect(await get('/api/x?y')).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    expect(await get('/other')).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n$/);
    expect(setting.requests().map(({ path, status }) => `${path} ${status}`)).toEqual([
      '/stage 200',
      '/api/x?[1 B] 404',
      '/other 200',
    ]);
  });

  test('user info of a target is recorded by its length', async () => {
    const setting = await start({ meant: 3128 });
    await say(
      setting,
      'GET http://me:t0p@web.example/a HTTP/1.1\r\nHost: web.example\r\nConnection: close\r\n\r\n',
    );
    expect(setting.requests()).toMatchObject([{ path: 'http://[6 B]@web.example/a', status: 200 }]);
  });

  test('HTTP/2 with prior knowledge', async () => {
    const setting = await start();
    const session = http2.connect(`http://127.0.0.1:${setting.port}`);
    const request = session.request({ ':method': 'POST', ':path': '/h2?a=t0p', 'x-a': 'b' });
    request.end('body');
    const headers = await new Promise<http2.IncomingHttpHeaders>((resolve) =>
      request.once('response', resolve),
    );
    expect(headers[':status' as never]).toBe(200);
    request.resume();
    await new Promise((resolve) => request.once('end', resolve));
    session.close();
    expect(setting.requests()).toMatchObject([
      { method: 'POST', path: '/h2?a=[3 B]', protocol: 'http', bodyBytes: 4, status: 200 },
    ]);
    expect(setting.requests()[0]?.headers).toContainEqual({ name: 'x-a', bytes: 1, value: null });
  });
});

describe('TLS', () => {
  const trusted = (setting: Setting) => ({
    host: '127.0.0.1',
    port: setting.port,
    ca: setting.authority.certificate,
    agent: false,
  });

  test('a client that trusts the authority is answered', async () => {
    const setting = await start();
    const status = await new Promise((resolve, reject) => {
      https
        .get(
          {
            ...trusted(setting),
            servername: 'secure.example',
            path: '/x',
            headers: { host: 'secure.example' },
          },
          (answer) => {
            answer.resume();
            resolve(answer.statusCode);
          },
        )
        .on('error', reject);
    });
    expect(status).toBe(200);
    expect(setting.requests()).toMatchObject([
      { host: 'secure.example', protocol: 'tls', path: '/x', port: 443, status: 200 },
    ]);
    expect(setting.recognitions).toMatchObject([{ protocol: 'tls', sni: 'secure.example' }]);
  });

  test('HTTP/2', async () => {
    const setting = await start();
    const session = http2.connect(`https://two.example:${setting.port}`, {
      ...trusted(setting),
      lookup: (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }] as never, 4),
    });
    const request = session.request({ ':path': '/h2' });
    const headers = await new Promise<http2.IncomingHttpHeaders>((resolve) =>
      request.once('response', resolve),
    );
    expect(headers[':status' as never]).toBe(200);
    request.resume();
    await new Promise((resolve) => request.once('end', resolve));
    const ended = setting.ended();
    session.close();
    expect(await ended).toBe(null);
    expect(setting.requests()).toMatchObject([
      { host: 'two.example', protocol: 'tls', path: '/h2', status: 200 },
    ]);
  });

  test('a client without SNI gets a certificate for the address', async () => {
    const setting = await start();
    const socket = tls.connect({ ...trusted(setting), checkServerIdentity: () => undefined });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    expect(socket.getPeerCertificate().subjectaltname).toBe('IP Address:198.18.0.1');
    socket.destroy();
  });

  test('another protocol by ALPN, and one that is no HTTP, are read', async () => {
    const setting = await start();
    const socket = tls.connect({ ...trusted(setting), servername: 'x.example', ALPNProtocols: ['mqtt'] });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    expect(socket.alpnProtocol).toBe('mqtt');
    const ended = setting.ended();
    socket.end(Buffer.from('101000044d5154540402003c0004', 'hex'));
    socket.resume();
    expect(await ended).toBe(null);
    expect(setting.requests()).toEqual([]);
  });

  test('a mail client within TLS is greeted there, and has refused nothing', async () => {
    const setting = await start({ meant: 465 });
    const ended = setting.ended();
    const socket = tls.connect({ ...trusted(setting), servername: 'mail.example' });
    const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(first.toString()).toMatch(/^220 .*\r\n$/);
    socket.end('QUIT\r\n');
    expect(await ended).toBeNull();
    expect(setting.recognitions).toMatchObject([{ protocol: 'tls', sni: 'mail.example' }]);
  });

  test('a client that refuses the certificate in the handshake', async () => {
    const setting = await start();
    const ended = setting.ended();
    // What OpenSSL's own client does that was told to verify.
    const { spawn } = await import('node:child_process');
    spawn(
      'openssl',
      [
        's_client',
        '-connect',
        `127.0.0.1:${setting.port}`,
        '-servername',
        'pinned.example',
        '-verify_return_error',
      ],
      {
        stdio: 'ignore',
      },
    );
    expect(await ended).toBe('ECERTREFUSED');
    expect(setting.recognitions).toMatchObject([{ protocol: 'tls', sni: 'pinned.example' }]);
  });

  test.for(['http/1.1', 'h2'])(
    'a client that looks at the certificate after the handshake, %s',
    async (protocol) => {
      const setting = await start();
      const ended = setting.ended();
      const socket = tls.connect({
        host: '127.0.0.1',
        port: setting.port,
        servername: 'x.example',
        ALPNProtocols: [protocol],
      });
      socket.on('error', () => {});
      expect(await ended).toBe('ENOREQUEST');
    },
  );

  test('a hello that makes no sense', async () => {
    const setting = await start();
    const ended = setting.ended();
    await say(setting, '\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00');
    expect(await ended).toMatch(/^E/);
  });
});

describe('tunnels', () => {
  const connectTo = async (setting: Setting, target: string) => {
    const socket = await setting.connect();
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
    const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    socket.pause();
    return { socket, first: first.toString() };
  };

  test('what comes through a CONNECT is answered as its target', async () => {
    const setting = await start({ meant: 3128 });
    const { socket, first } = await connectTo(setting, 'inside.example:443');
    expect(first).toMatch(/^HTTP\/1\.1 200 /);
    const secure = tls.connect({ socket, servername: 'inside.example', ca: setting.authority.certificate });
    await new Promise((resolve, reject) => secure.once('secureConnect', resolve).once('error', reject));
    secure.write('GET /in HTTP/1.1\r\nHost: inside.example\r\nConnection: close\r\n\r\n');
    expect(await textOf(secure)).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(setting.requests()).toMatchObject([
      { method: 'CONNECT', path: 'inside.example:443', port: 3128, protocol: 'http', status: 200 },
      { method: 'GET', host: 'inside.example', path: '/in', port: 443, protocol: 'tls', status: 200 },
    ]);
    expect(setting.recognitions).toMatchObject([
      { protocol: 'http', tunnel: { target: 'inside.example:443', protocol: 'none' } },
      { protocol: 'http', sni: 'inside.example', tunnel: { target: 'inside.example:443', protocol: 'tls' } },
    ]);
  });

  test('what was sent before the answer is not lost', async () => {
    const setting = await start();
    const answer = await say(
      setting,
      'CONNECT inside.example:80 HTTP/1.1\r\n\r\nGET /early HTTP/1.1\r\nHost: inside.example\r\nConnection: close\r\n\r\n',
    );
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(setting.requests().at(-1)).toMatchObject({ host: 'inside.example', port: 80, path: '/early' });
  });

  test('tunnels in tunnels come to an end', async () => {
    const setting = await start();
    const ended = setting.ended();
    const socket = await setting.connect();
    socket.resume();
    socket.end('CONNECT inside.example:80 HTTP/1.1\r\n\r\n'.repeat(20));
    await ended;
    expect(setting.requests()).toHaveLength(8);
  });
});

describe('other protocols', () => {
  test('are read, and end in order', async () => {
    const setting = await start({ meant: 389 });
    const ended = setting.ended();
    expect(await say(setting, '\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00')).toBe('');
    expect(await ended).toBe(null);
    expect(setting.recognitions).toMatchObject([{ protocol: 'ldap' }]);
  });

  test('nothing at all', async () => {
    const setting = await start();
    const ended = setting.ended();
    expect(await say(setting)).toBe('');
    expect(await ended).toBe(null);
    expect(setting.recognitions).toMatchObject([{ protocol: 'none' }]);
  });

  test('no further than the bound', async () => {
    const setting = await start({ meant: 9999 });
    const ended = setting.ended();
    const socket = await setting.connect();
    socket.resume();
    const chunk = Buffer.alloc(64 * 1024, 0x01);
    let sent = 0;
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
    };
    socket.on('drain', more);
    more();
    await new Promise((resolve) => socket.once('end', resolve));
    expect(sent).toBeGreaterThanOrEqual(MAXIMUM_UNANSWERED);
    await ended;
    socket.destroy();
  });

  test.for([
    [21, /^220 .*\r\n$/],
    [22, /^SSH-2\.0-\S+\r\n$/],
    [25, /^220 .*\r\n$/],
  ] as const)('a client that waits for the server is greeted on port %i', async ([meant, greeting]) => {
    const setting = await start({ meant });
    const socket = await setting.connect();
    const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(first.toString()).toMatch(greeting);
    socket.end();
    await expect.poll(() => setting.recognitions).toMatchObject([{ protocol: 'none' }]);
  });

  test('an SSH client on another port gets its greeting as well', async () => {
    const setting = await start({ meant: 2222 });
    const socket = await setting.connect();
    socket.write('SSH-2.0-client\r\n');
    const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(first.toString()).toMatch(/^SSH-2\.0-/);
    socket.destroy();
  });
});

test('all sockets end with the run', async () => {
  const setting = await start();
  const idle = await setting.connect();
  const ended = new Promise((resolve) => idle.once('end', resolve));
  const pending = http
    .get({ host: '127.0.0.1', port: setting.port, headers: { 'content-length': 5 } })
    .on('error', () => {});
  await expect.poll(() => setting.requests()).toHaveLength(1);
  setting.stop();
  idle.resume();
  await ended;
  pending.destroy();
});
