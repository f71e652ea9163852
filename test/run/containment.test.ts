import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, MAIN, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';

/** Tries the ways around the gateway that need no bug, and says of each how it ended. */
const ATTEMPTS = `
import ctypes, os, socket, struct
libc = ctypes.CDLL(None, use_errno=True)
def attempt(name, action):
    try:
        print(name, action() or 'ok')
    except OSError as error:
        print(name, error.strerror)
def syscall(*arguments):
    if libc.syscall(*arguments) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
attempt('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW) and None)
attempt('vsock', lambda: socket.socket(40, socket.SOCK_STREAM) and None)
attempt('raw', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1) and None)
attempt('bluetooth', lambda: socket.socket(31, socket.SOCK_RAW) and None)
attempt('io_uring', lambda: syscall(425, 8, ctypes.create_string_buffer(120)))
attempt('mount', lambda: syscall(165, b'none', b'/mnt', b'tmpfs', 0, 0))
attempt('setns', lambda: syscall(308, os.open('/proc/1/ns/net', os.O_RDONLY), 0))
attempt('ptrace', lambda: syscall(101, 16, 1, 0, 0))
attempt('mm', lambda: syscall(157, 35, 1, 0, 0, 0))
`;

describeLab('contained', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
    writeFileSync(join(lab.folder, 'attempts.py'), ATTEMPTS);
  });
  afterAll(() => lab?.stop());

  test.for([{ uid: 0 }, { uid: 1001 }])('ways around the gateway, as uid $uid', async ({ uid }) => {
    const run = await observe(lab, ['python3', join(lab.folder, 'attempts.py')], { uid });
    const results = run.stdout.trim().split('\n');
    expect(results).toHaveLength(9);
    expect(results.filter((line) => line.endsWith(' ok'))).toEqual([]);
    const denied = run.report.denied.map((event) => event.what);
    expect(denied).toEqual(expect.arrayContaining([expect.stringContaining('AF_PACKET')]));
  });

  test.for([{ uid: 0 }, { uid: 1001 }])(
    'nothing of egresslock can be seen or signalled, as uid $uid',
    async ({ uid }) => {
      const script = 'ps -eo args | grep -c "[c]li/main.js"; ls /proc | grep -c "^[0-9]"';
      const run = await observe(lab, ['sh', '-c', script], { uid });
      const [own, processes] = run.stdout.trim().split('\n').map(Number);
      expect(own).toBe(0);
      expect(processes).toBeLessThan(8);
    },
  );

  test.for([{ uid: 0 }, { uid: 1001 }])(
    'descriptors that egresslock has inherited are not passed on, as uid $uid',
    async ({ uid }) => {
      // Node closes those up to 16 by itself.
      const script = 'exec 17</dev/null 200</dev/null; exec "$@"';
      const as = uid === 0 ? [] : ['setpriv', '--reuid', '1001', '--regid', '1001', '--clear-groups', '--'];
      const command = ['sh', '-c', 'ls /proc/self/fd'];
      const folder = join(lab.folder, `inherited-${uid}`);
      mkdirSync(folder);
      chmodSync(folder, 0o777);
      const args = ['run', '--quiet', '--no-hook', '--', ...command];
      const run = await lab.exec(['bash', '-c', script, 'bash', ...as, process.execPath, MAIN, ...args], {
        cwd: folder,
      });
      // The fourth is the folder that ls reads.
      expect(run.stdout.trim().split('\n')).toEqual(['0', '1', '2', '3']);
    },
  );

  test('ICMP is an attempt, recorded and not relayed', async () => {
    const script =
      'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP); s.sendto(bytes(16), ("198.51.100.30", 0))';
    const run = await observe(lab, ['python3', '-c', script]);
    expect(run.code).toBe(1);
    expect(run.report.denied).toMatchObject([
      { what: 'icmp', attempts: 1, attributions: [{ evidence: 'process-only' }] },
    ]);
  });

  test('a hidden folder is empty inside, and untouched', async () => {
    const folder = join(lab.folder, 'hidden');
    mkdirSync(folder);
    writeFileSync(join(folder, 'secret'), 'as it was');
    const command = ['sh', '-c', `ls -A ${folder}; echo changed > ${folder}/secret`];
    const seen = await observe(lab, command, { args: ['--hide', folder] });
    expect(seen.stdout).toBe('');
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('as it was');
    const absent = await lab.egresslock(['run', '--hide', `${folder}-absent`, '--', 'true']);
    expect(absent.code).toBe(2);
    expect(absent.stderr).toContain('expected a folder with --hide');
  });

  test('a Unix socket of the host is closed, unless the user names it', async () => {
    const path = join(lab.folder, 'service.sock');
    const server = `require('net').createServer((s) => s.end('served')).listen(${JSON.stringify(path)}, () => console.log('up'))`;
    let stop = (): void => {};
    await new Promise<void>((resolve) => {
      lab.exec(['node', '-e', server], {
        onStart: (child) => {
          stop = () => child.kill('SIGKILL');
          child.stdout?.once('data', () => resolve());
        },
      });
    });
    const client = [
      'node',
      '-e',
      `require('net').connect(${JSON.stringify(path)}).on('error', (e) => console.log('refused')).on('data', (d) => console.log(String(d)))`,
    ];
    const closed = await observe(lab, client);
    const named = await observe(lab, client, { args: ['--socket', path] });
    stop();
    expect(closed.stdout).toBe('refused\n');
    expect(closed.report.denied.map((event) => event.what)).toEqual([`unix ${path}`]);
    expect(named.stdout).toBe('served\n');
  });

  test('datagrams that can not be relayed are recorded, and harm nobody', async () => {
    const script = [
      'import socket',
      's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)',
      'for to in (("255.255.255.255", 68), ("224.0.0.251", 5353), ("203.0.113.9", 9)): s.sendto(b"x", to)',
      'import time; time.sleep(0.3)',
    ].join('\n');
    const run = await observe(lab, ['python3', '-c', script]);
    expect(run.code).toBe(0);
    expect(run.report.denied.map((event) => event.address)).toEqual(['224.0.0.251', '255.255.255.255']);
    expect(run.to('203.0.113.9')).toMatchObject([{ port: 9, transport: 'udp', failures: ['EHOSTUNREACH'] }]);
  });

  test('of many datagrams in one call all are recorded', async () => {
    const script = [
      'import ctypes, socket, struct, time',
      's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)',
      'keep = [ctypes.create_string_buffer(struct.pack("=HH4B8x", 2, socket.htons(9), 203, 0, 113, n)) for n in range(1, 101)]',
      'data = ctypes.create_string_buffer(b"x"); iov = ctypes.create_string_buffer(struct.pack("=QQ", ctypes.addressof(data), 1))',
      'vector = b"".join(struct.pack("=QI4xQQQQI4xI4x", ctypes.addressof(n), 16, ctypes.addressof(iov), 1, 0, 0, 0, 0) for n in keep)',
      'sent = ctypes.CDLL(None).sendmmsg(s.fileno(), ctypes.create_string_buffer(vector), len(keep), 0)',
      'time.sleep(0.5); print(sent)',
    ].join('\n');
    const run = await observe(lab, ['python3', '-c', script]);
    expect(run.stdout).toBe('100\n');
    const hosts = run.report.destinations.map(({ host }) => host);
    expect(hosts.filter((host) => host?.startsWith('203.0.113.'))).toHaveLength(100);
    expect(run.report.capture.counts.unattributed).toBe(0);
  });

  test('a Unix socket of the sandbox itself is reached, however it was bound', async () => {
    const script = [
      'import os, socket',
      's = socket.socket(socket.AF_UNIX); s.bind("own.sock"); s.listen()',
      'for path in ("own.sock", os.path.abspath("own.sock"), "none.sock"):',
      '    try: socket.socket(socket.AF_UNIX).connect(path); print("connected")',
      '    except OSError as error: print(error.strerror)',
    ].join('\n');
    const run = await observe(lab, ['python3', '-c', script]);
    expect(run.stdout).toBe('connected\nconnected\nNo such file or directory\n');
    expect(run.report.denied).toEqual([]);
  });

  test('the database is out of reach', async () => {
    const folder = join(lab.folder, 'evidence');
    const script = 'ls -A .egresslock | wc -l; rm -rf .egresslock/*; echo forged > .egresslock/runs.db; true';
    const set = await lab.exec(['sh', '-c', `mkdir ${folder} && cd ${folder} && echo '{}' > package.json`]);
    expect(set.code).toBe(0);
    const run = await lab.egresslock(['run', '--', 'sh', '-c', script], { cwd: folder });
    expect(run.stdout).toBe('0\n');
    const runs = await lab.egresslock(['runs', '--json'], { cwd: folder });
    expect(JSON.parse(runs.stdout).runs).toHaveLength(1);
  });

  test('the capture is a standard one', async () => {
    const file = join(lab.folder, 'wire.pcap');
    await observe(lab, ['curl', '-s', 'http://web.lab.example/'], { args: ['--pcap', file] });
    const read = await lab.exec(['tcpdump', '-nr', file]);
    expect(read.code).toBe(0);
    expect(read.stdout).toContain('198.51.100.30.80: Flags [S]');
    expect(read.stdout).toContain('A? web.lab.example');
  });
});
