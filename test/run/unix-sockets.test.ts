import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';

/** Serves on a stream and a datagram socket, and keeps what comes to either. */
const SERVICE = `
import os, select, socket, sys
folder = sys.argv[1]
s = socket.socket(socket.AF_UNIX); s.bind(folder + '/db.sock'); s.listen()
d = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); d.bind(folder + '/log.sock')
for name in ('db.sock', 'log.sock'): os.chmod(folder + '/' + name, 0o777)
log = open(folder + '/came', 'a', buffering=1)
print('up', flush=True)
while True:
    for ready in select.select([s, d, 0], [], [])[0]:
        if ready == 0: sys.exit()
        if ready == d: log.write(d.recv(100).decode() + '\\n')
        else: log.write('connected\\n'); s.accept()[0].close()
`;

const ATTEMPT = `
import errno, os, socket, sys
folder = sys.argv[1]
os.mkdir('own'); os.chdir('own')
def bound(name, kind=socket.SOCK_STREAM):
    s = socket.socket(socket.AF_UNIX, kind); s.bind(name)
    if kind == socket.SOCK_STREAM: s.listen()
    return s
def to(name, kind=socket.SOCK_STREAM):
    try:
        socket.socket(socket.AF_UNIX, kind).connect(name); print('connected')
    except OSError as error: print(errno.errorcode[error.errno])
`;

describeLab('Unix sockets that share the file system', () => {
  let lab: Lab;
  let folder: string;
  let stop = (): void => {};
  let counter = 0;
  beforeAll(async () => {
    lab = await startLab();
    folder = join(lab.folder, 'service');
    mkdirSync(folder, { mode: 0o777 });
    writeFileSync(join(folder, 'came'), '');
    // As a container's: in no table of the host's, so that no mount masks it.
    await new Promise<void>((resolve) => {
      lab.exec(['unshare', '--net', 'python3', '-c', SERVICE, folder], {
        timeout: 600_000,
        keepsInput: true,
        onStart: (child) => {
          stop = () => child.stdin?.end();
          child.stdout?.once('data', () => resolve());
        },
      });
    });
  });
  afterAll(async () => {
    stop();
    await lab?.stop();
  });

  const attempt = async (python: string, options: { uid?: number; args?: readonly string[] } = {}) => {
    counter += 1;
    const cwd = join(lab.folder, `attempt-${counter}`);
    await lab.exec(['install', '-d', '-m', '777', cwd]);
    const before = readFileSync(join(folder, 'came'), 'utf8');
    const run = await observe(lab, ['python3', '-c', `${ATTEMPT}${python}`, folder], { cwd, ...options });
    const came = readFileSync(join(folder, 'came'), 'utf8').slice(before.length);
    return {
      printed: run.stdout,
      came,
      denied: run.report.denied.map(({ what }) => what),
      stderr: run.stderr,
    };
  };

  test.for([{ uid: 0 }, { uid: 1001 }])(
    'a name of its own opens no foreign one, as uid $uid',
    async ({ uid }) => {
      const result = await attempt(`kept = bound('db.sock')\nto(folder + '/db.sock')\nto('db.sock')`, {
        uid,
      });
      expect(result).toMatchObject({
        printed: 'ECONNREFUSED\nconnected\n',
        came: '',
        denied: [`unix ${folder}/db.sock`],
      });
    },
  );

  test('a foreign socket is one by every name', async () => {
    const result = await attempt(`
os.symlink(folder, 'link'); os.symlink(folder + '/db.sock', 'db.sock')
for name in ('link/db.sock', 'db.sock', os.path.relpath(folder) + '/db.sock'): to(name)
at = os.open(folder, os.O_PATH); to(f'/proc/self/fd/{at}/db.sock')
os.chdir(folder); to('db.sock')`);
    expect(result).toMatchObject({ printed: 'ECONNREFUSED\n'.repeat(5), came: '' });
    expect(result.denied).toHaveLength(4);
  });

  test('a foreign socket behind mounts of the command’s own', async () => {
    const result = await attempt(
      `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
uid, gid = os.getuid(), os.getgid()
if libc.unshare(0x10000000 | 0x00020000) < 0: print('unshare')
open('/proc/self/setgroups', 'w').write('deny')
open('/proc/self/uid_map', 'w').write(f'0 {uid} 1'); open('/proc/self/gid_map', 'w').write(f'0 {gid} 1')
os.mkdir('a'); kept = bound('a/db.sock'); here = os.getcwd()
os.symlink(here + '/a/db.sock', 'link')
def mount(source, target):
    if libc.mount(source.encode(), target.encode(), None, 4096, None) < 0: print('mount', ctypes.get_errno())
mount(folder, 'a'); to('link'); to('a/db.sock')
os.chdir('a'); mount(here + '/a', here + '/a')
libc.umount2((here + '/a').encode(), 2); to('db.sock')`,
      { uid: 1001 },
    );
    expect(result, result.stderr).toMatchObject({ came: '' });
    expect(result.printed).toBe('ECONNREFUSED\n'.repeat(3));
  });

  test('several datagrams in one call, the foreign one first, last or between', async () => {
    const result = await attempt(`
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
kept = bound('own.sock', socket.SOCK_DGRAM)
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
def address(path): return ctypes.create_string_buffer(struct.pack('=H108s', 1, path.encode()))
data = ctypes.create_string_buffer(b'secret')
iov = ctypes.create_string_buffer(struct.pack('=QQ', ctypes.addressof(data), 6))
own, foreign = address('own.sock'), address(folder + '/log.sock')
for names in ([own, foreign], [foreign, own], [own, foreign, own], [own, own]):
    vector = ctypes.create_string_buffer(b''.join(struct.pack('=QI4xQQQQI4xI4x', ctypes.addressof(n), 110, ctypes.addressof(iov), 1, 0, 0, 0, 0) for n in names))
    print(libc.sendmmsg(s.fileno(), vector, len(names), 0))`);
    expect(result).toMatchObject({
      printed: '-1\n-1\n-1\n2\n',
      came: '',
      denied: [`unix ${folder}/log.sock`],
    });
  });

  test.for([{ uid: 0 }, { uid: 1001 }])(
    'sockets of the command’s own are reached, however they are named, as uid $uid',
    async ({ uid }) => {
      const result = await attempt(
        `
kept = [bound('own.sock'), bound(os.getcwd() + '/two.sock'), bound('\\0abstract'), bound('d.sock', socket.SOCK_DGRAM)]
os.mkdir('sub'); os.symlink(os.getcwd() + '/own.sock', 'sub/link')
for name in ('own.sock', os.path.abspath('own.sock'), 'two.sock', '\\0abstract', 'sub/link', 'sub/../own.sock'): to(name)
to('d.sock', socket.SOCK_DGRAM)
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'x', 'd.sock'); print(kept[3].recv(9))
one, two = socket.socketpair(); one.sendmsg([b'y']); print(two.recv(9))
os.rename('own.sock', 'sub/moved.sock'); to('sub/moved.sock')
open('plain', 'w').close(); to('plain'); to('none.sock')`,
        { uid },
      );
      expect(result, result.stderr).toMatchObject({
        printed: `${'connected\n'.repeat(7)}b'x'\nb'y'\nconnected\nECONNREFUSED\nENOENT\n`,
        denied: [],
      });
    },
  );

  test('a foreign socket that the user named is reached', async () => {
    const result = await attempt(`to(folder + '/db.sock')`, { args: ['--socket', join(folder, 'db.sock')] });
    expect(result).toMatchObject({ printed: 'connected\n', came: 'connected\n', denied: [] });
  });
});
