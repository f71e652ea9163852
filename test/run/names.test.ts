import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';

const node = (script: string): readonly string[] => ['node', '-e', script];

describeLab('names', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test('glibc: a name that is not there is an attempt, with the search domain folded into it', async () => {
    const run = await observe(lab, ['getent', 'hosts', 'nobody.lab.example']);
    expect(run.code).toBe(2);
    expect(run.report.destinations.map((to) => [to.host, to.port, to.failures])).toEqual([
      ['nobody.lab.example', null, ['NXDOMAIN']],
    ]);
    const asked = new Set(run.report.dns.map((query) => query.name));
    expect(asked).toEqual(new Set(['nobody.lab.example', 'nobody.lab.example.corp.lab.example']));
  });

  test('c-ares, any type, over UDP and, when it is long, over TCP', async () => {
    const script = `
      const { resolveTxt, resolve4 } = require('dns').promises;
      resolveTxt('long.lab.example').then((r) => console.log(r.length)).then(() => resolve4('alias.lab.example')).then(console.log)`;
    const run = await observe(lab, node(script));
    expect(run.stdout).toBe("40\n[ '198.51.100.30' ]\n");
    const txt = run.report.dns.filter((query) => query.type === 'TXT');
    expect(txt.map((query) => query.transport)).toContain('tcp');
    const alias = run.report.dns.find((query) => query.name === 'alias.lab.example');
    expect(alias).toMatchObject({
      rcode: 'NOERROR',
      cnames: ['chain.lab.example', 'web.lab.example'],
      answers: ['198.51.100.30'],
    });
  });

  test('a query that is never answered is recorded', async () => {
    const script = `
      const { Resolver } = require('dns'); const r = new Resolver({ timeout: 500, tries: 1 });
      r.resolve4('silent.lab.example', (error) => console.log(error.code))`;
    const run = await observe(lab, node(script));
    expect(run.stdout).toMatch(/^E(TIMEOUT|SERVFAIL)/);
    expect(run.to('silent.lab.example')).toMatchObject([{ port: null, connections: 0 }]);
  });

  test.for([
    { transport: 'udp', script: "r.resolve4('web.lab.example', (e, a) => console.log(a))" },
    { transport: 'tcp', script: "r.resolveTxt('long.lab.example', (e, a) => console.log(a.length))" },
  ])(
    'a resolver of its own choice over $transport is answered, by ours, and marked',
    async ({ transport, script }) => {
      const program = `const { Resolver } = require('dns'); const r = new Resolver(); r.setServers(['198.51.100.54']); ${script}`;
      const run = await observe(lab, node(program));
      expect(run.stdout).not.toBe('');
      expect(run.report.findings.map((finding) => finding.rule)).toEqual([
        'own-resolver',
        ...(transport === 'tcp' ? [] : []),
      ]);
      expect(run.report.dns.filter((query) => query.ownResolver).map((query) => query.server)).toContain(
        '198.51.100.54',
      );
      // The stranger's resolver has not seen anything of it.
      expect((await lab.log()).foreignDns).toEqual([]);
    },
  );

  test('SNI and Host are claims: they never lend their name to an address', async () => {
    const script =
      "import socket; s = socket.create_connection(('198.51.100.10', 80)); s.sendall(b'GET / HTTP/1.1\\r\\nHost: registry.lab.example\\r\\nConnection: close\\r\\n\\r\\n'); s.makefile().read()";
    const run = await observe(lab, ['python3', '-c', script]);
    expect(run.to('registry.lab.example')).toEqual([]);
    expect(run.to('198.51.100.10')).toMatchObject([{ port: 80, protocol: 'http' }]);
  });

  test('names and addresses of a family that has no route are not offered', async () => {
    const run = await observe(lab, ['getent', 'ahosts', 'dual.lab.example']);
    expect(run.stdout).toContain('2001:db8:51::30');
    const without = await lab.exec([
      'unshare',
      '--net',
      'sh',
      '-c',
      'ip link set lo up; ip link add a type veth peer name b; ip addr add 198.51.100.99/24 dev a; ip link set a up; ip link set b up; ip route add default via 198.51.100.1; node "$0" run --db "$1" -- getent ahosts dual.lab.example',
      `${import.meta.dirname}/../../dist/cli/main.js`,
      `${lab.folder}/family.db`,
    ]);
    // No resolver answers there: what matters is that nobody was asked for AAAA.
    expect(without.stderr).toContain('dual.lab.example');
  });
});
