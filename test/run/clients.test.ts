import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';

interface Client {
  readonly name: string;
  readonly command: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
  readonly output?: string;
  readonly transport?: 'tcp' | 'udp';
  /** 0 where absent. */
  readonly code?: number;
}

const node = (script: string): readonly string[] => ['node', '-e', script];
const python = (script: string): readonly string[] => ['python3', '-c', script];
const web = { host: 'web.lab.example', port: 80, protocol: 'http' } as const;
const secure = { host: 'web.lab.example', port: 443, protocol: 'tls' } as const;
const GET = "'GET / HTTP/1.1\\r\\nHost: web.lab.example\\r\\nConnection: close\\r\\n\\r\\n'";

const CLIENTS: readonly Client[] = [
  { name: 'curl, http', command: ['curl', '-sS', 'http://web.lab.example/'], ...web, output: 'hello' },
  { name: 'curl, https', command: ['curl', '-sSk', 'https://web.lab.example/'], ...secure, output: 'hello' },
  {
    name: 'curl, IPv6 only',
    command: ['curl', '-sS', 'http://six.lab.example/'],
    ...web,
    host: 'six.lab.example',
    output: 'hello',
  },
  {
    name: 'curl, CNAME chain',
    command: ['curl', '-sS', 'http://alias.lab.example/'],
    ...web,
    host: 'alias.lab.example',
    output: 'hello',
  },
  {
    name: 'curl, a name of /etc/hosts',
    command: ['curl', '-sS', 'http://hosted.lab.example/'],
    ...web,
    host: 'hosted.lab.example',
    output: 'hello',
  },
  {
    name: 'node http',
    command: node("require('http').get('http://web.lab.example/', (a) => a.pipe(process.stdout))"),
    ...web,
    output: 'hello',
  },
  {
    name: 'node fetch',
    command: node("fetch('http://web.lab.example/').then(async (a) => console.log(await a.text()))"),
    ...web,
    output: 'hello\n',
  },
  {
    name: 'node http2',
    command: node(
      "const s = require('http2').connect('https://web.lab.example', { rejectUnauthorized: false }); const r = s.request(); r.pipe(process.stdout); r.on('end', () => s.close())",
    ),
    ...secure,
    output: 'hello',
  },
  {
    name: 'node dgram',
    command: node(
      "const s = require('dgram').createSocket('udp4'); s.on('message', (m) => { console.log(String(m)); s.close() }); s.send('ping', 7, 'web.lab.example')",
    ),
    host: 'web.lab.example',
    port: 7,
    protocol: 'unknown',
    transport: 'udp',
    output: 'ping\n',
  },
  {
    name: 'node connected dgram, IPv6',
    command: node(
      "const s = require('dgram').createSocket('udp6'); s.on('message', (m) => { console.log(String(m)); s.close() }); s.connect(7, 'six.lab.example', () => s.send('ping'))",
    ),
    host: 'six.lab.example',
    port: 7,
    protocol: 'unknown',
    transport: 'udp',
    output: 'ping\n',
  },
  {
    name: 'python, blocking',
    command: python(
      `import socket; s = socket.create_connection(('web.lab.example', 80)); s.sendall(${GET}.encode()); print(s.makefile().read()[-5:])`,
    ),
    ...web,
    output: 'hello\n',
  },
  {
    name: 'python, epoll before connect',
    command: python(
      [
        'import select, socket',
        's = socket.socket(); s.setblocking(False); p = select.epoll(); p.register(s, select.EPOLLOUT)',
        "s.connect_ex((socket.gethostbyname('web.lab.example'), 80))",
        'while s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) or not p.poll(5) or p.poll(5)[0][1] & select.EPOLLHUP: pass',
        `s.setblocking(True); s.sendall(${GET}.encode()); print(s.makefile().read()[-5:])`,
      ].join('\n'),
    ),
    ...web,
    output: 'hello\n',
  },
  {
    name: 'the server speaks first: ssh',
    command: python("import socket; print(socket.create_connection(('web.lab.example', 22)).recv(99))"),
    host: 'web.lab.example',
    port: 22,
    protocol: 'ssh',
    output: "b'SSH-2.0-lab\\r\\n'\n",
  },
  {
    name: 'the server speaks first: smtp',
    command: python("import smtplib; print(smtplib.SMTP('web.lab.example').getreply and 'ok')"),
    host: 'web.lab.example',
    port: 25,
    protocol: 'smtp',
    output: 'ok\n',
  },
  {
    name: 'ldap, the shape of a JNDI lookup',
    command: python(
      "import socket; s = socket.create_connection(('web.lab.example', 389)); s.sendall(bytes.fromhex('300c020101600702010304008000'))",
    ),
    host: 'web.lab.example',
    port: 389,
    protocol: 'ldap',
    // No build needs it: a finding that fails the run.
    code: 120,
  },
];

describeLab('clients through the sandbox', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test.for(CLIENTS)('$name', async (client) => {
    const { command, host, port, protocol, output, transport = 'tcp', code = 0 } = client;
    const run = await observe(lab, command);
    expect(run.stderr).toContain('capture complete');
    if (output !== undefined) expect(run.stdout).toBe(output);
    expect(run.code).toBe(code);
    const [destination] = run.to(host).filter((to) => to.port !== null);
    expect(destination).toMatchObject({ port, protocol, transport, connections: 1, failures: [] });
    // The first word may be a launcher's (pyenv's python3 is one).
    const [attribution, ...others] = destination?.attributions ?? [];
    expect(others).toEqual([]);
    expect(attribution).toMatchObject({ evidence: 'process-only', package: null });
    expect(attribution?.actor?.argv.slice(1)).toEqual(command.slice(1));
    expect(run.report.capture).toMatchObject({ verdict: 'complete', counts: { unattributed: 0 } });
  });

  test('a static binary without a C library', async () => {
    const source = join(lab.folder, 'static.c');
    writeFileSync(
      source,
      `#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>
int main(void) {
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(80) };
  inet_pton(AF_INET, "198.51.100.10", &to.sin_addr);
  int s = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(s, (struct sockaddr *)&to, sizeof to)) return 1;
  const char *get = "GET / HTTP/1.0\\r\\nHost: web.lab.example\\r\\n\\r\\n";
  write(s, get, strlen(get));
  char buffer[999]; ssize_t n, all = 0;
  while ((n = read(s, buffer, sizeof buffer)) > 0) all += n;
  return all > 0 ? 0 : 2;
}
`,
    );
    const built = await lab.exec(['gcc', '-static', '-o', 'static', source]);
    expect(built.stderr).toBe('');
    const run = await observe(lab, ['./static']);
    expect(run.code).toBe(0);
    // Nobody asked for a name, and Host is only a claim: the address it is.
    expect(run.to('198.51.100.10')).toMatchObject([{ port: 80, protocol: 'http' }]);
    expect(run.report.findings.map((finding) => finding.rule)).toEqual(['direct-address']);
  });

  test('500 connections at once', async () => {
    const script = `
      const net = require('net'); let open = 0, done = 0;
      for (let i = 0; i < 500; i++) net.connect(7, 'web.lab.example', function () {
        if (++open === 500) console.log('all open');
        this.end('x').on('data', (d) => { done += d.length; if (done === 500) console.log('all answered') });
      })`;
    const run = await observe(lab, ['node', '-e', script]);
    expect(run.stdout).toBe('all open\nall answered\n');
    expect(run.to('web.lab.example')).toMatchObject([
      { port: 7, connections: 500, bytesSent: 500, bytesReceived: 500 },
    ]);
    expect(run.report.capture.verdict).toBe('complete');
  });
});
