import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from './lab.js';

describeLab('the lab itself, without egresslock', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test('HTTP, HTTPS and HTTP/2 answer by name', async () => {
    const plain = await lab.exec(['curl', '-sS', 'http://web.lab.example/x']);
    const secure = await lab.exec([
      'curl',
      '-sS',
      '--cacert',
      lab.ca,
      '-w',
      '%{http_version}',
      'https://alias.lab.example/x',
    ]);
    expect([plain.stdout, secure.stdout]).toEqual(['hello', 'hello2']);
  });

  test('the resolver answers long records over TCP, and unknown names with NXDOMAIN', async () => {
    const script = `
      import socket
      for name in ('web.lab.example', 'nobody.lab.example'):
          try: print(socket.gethostbyname(name))
          except OSError as error: print(error.errno)`;
    const { stdout } = await lab.exec(['python3', '-c', script.replaceAll(/^ {6}/gm, '').trim()]);
    expect(stdout.split('\n')[0]).toBe('198.51.100.30');
    expect(stdout).toContain('-2');
  });

  test('nothing else can be reached', async () => {
    const { code } = await lab.exec(['curl', '-s', '-m', '1', 'http://192.0.2.1/']);
    expect(code).not.toBe(0);
  });

  test('what leaves is counted by its packets, whether or not anybody answers', async () => {
    const before = (await lab.log()).wire.flows.length;
    const script = `
      import socket
      for port in (31337, 31338):
          try: socket.create_connection(('192.0.2.66', port)).sendall(b'x' * 100000)
          except OSError: pass
      sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      for size in (10, 20): sender.sendto(b'x' * size, ('192.0.2.1', 9))`;
    await lab.exec(['python3', '-c', script.replaceAll(/^ {6}/gm, '').trim()]);
    const { flows, missed } = (await lab.log()).wire;
    expect(missed).toBe(0);
    expect(flows.slice(before)).toMatchObject([
      { transport: 'tcp', address: '192.0.2.66', port: 31337, bytes: 100_000 },
      { transport: 'tcp', address: '192.0.2.66', port: 31338, bytes: 0 },
      { transport: 'udp', address: '192.0.2.1', port: 9, bytes: 10 },
      { transport: 'udp', address: '192.0.2.1', port: 9, bytes: 20 },
    ]);
  });

  test('npm installs fixtures, whose scripts reach their hosts', async () => {
    await lab.exec(['sh', '-c', 'mkdir -p plain && cd plain && echo "{}" > package.json']);
    const env = {
      npm_config_registry: 'http://registry.lab.example/',
      npm_config_cache: `${lab.folder}/cache`,
    };
    const { code, stderr } = await lab.exec(['npm', 'install', '--no-audit', '--no-fund', 'direct', 'top'], {
      cwd: `${lab.folder}/plain`,
      env,
    });
    expect(stderr).not.toContain('npm error');
    expect(code).toBe(0);
    const { http } = await lab.log();
    expect(http.map((request) => request.host)).toEqual(
      expect.arrayContaining(['direct.collect.lab.example', 'leaf.collect.lab.example']),
    );
  });
});
