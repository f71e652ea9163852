import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';

const GIB = 1024 ** 3;
const python = (script: string): readonly string[] => ['python3', '-c', script];

describeLab('streams keep their nature', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  /** A program outside of the sandbox, for the tests of this block, which says something once it is there. */
  const hostService = (script: string): void => {
    let stop = (): void => {};
    beforeAll(async () => {
      await new Promise<void>((resolve) => {
        lab.exec(['node', '-e', script], {
          onStart: (child) => {
            stop = () => child.kill('SIGKILL');
            child.stdout?.once('data', () => resolve());
          },
        });
      });
    });
    afterAll(() => stop());
  };

  test('1 GiB comes in whole', async () => {
    const run = await observe(lab, ['sh', '-c', `curl -sS http://web.lab.example/bytes/${GIB} | wc -c`]);
    expect(run.stdout.trim()).toBe(String(GIB));
    expect(run.to('web.lab.example')[0]?.bytesReceived).toBeGreaterThanOrEqual(GIB);
  });

  test('1 GiB goes out whole', async () => {
    const script = `head -c ${GIB} /dev/zero | curl -sS -X POST -H 'Expect:' -T - http://web.lab.example/`;
    const run = await observe(lab, ['sh', '-c', script]);
    expect(run.stdout).toBe(String(GIB));
    expect(run.to('web.lab.example')[0]?.bytesSent).toBeGreaterThanOrEqual(GIB);
  });

  test('half-close: the server answers after the client has finished', async () => {
    const run = await observe(
      lab,
      python(
        "import socket; s = socket.create_connection(('web.lab.example', 1235)); s.sendall(b'x' * 1000); s.shutdown(1); print(s.recv(99))",
      ),
    );
    expect(run.stdout).toBe("b'1000\\n'\n");
  });

  test('a reset is a reset', async () => {
    const run = await observe(
      lab,
      python(
        "import socket\ns = socket.create_connection(('web.lab.example', 1236)); s.sendall(b'x')\ntry: print(s.recv(9))\nexcept OSError as error: print(type(error).__name__)",
      ),
    );
    expect(run.stdout).toBe('ConnectionResetError\n');
    expect(run.to('web.lab.example')[0]?.failures).toEqual(['ECONNRESET']);
  });

  test('a slow reader slows the writer and loses nothing', async () => {
    const run = await observe(
      lab,
      python(
        "import socket; s = socket.create_connection(('web.lab.example', 1237)); s.sendall(b'x' * 20_000_000); s.shutdown(1); print(s.recv(99))",
      ),
    );
    expect(run.stdout).toBe("b'20000000\\n'\n");
  });

  test('a refused connection is refused, with the same error', async () => {
    const script =
      "import socket\ntry: socket.create_connection(('refusing.lab.example', 81))\nexcept OSError as error: print(type(error).__name__)";
    const run = await observe(lab, python(script));
    expect(run.stdout).toBe('ConnectionRefusedError\n');
    expect(run.to('refusing.lab.example')).toMatchObject([
      { port: 81, connections: 1, failures: ['ECONNREFUSED'] },
    ]);
  });

  test('an unreachable host is an error, not a hang', async () => {
    const script =
      "import socket\ntry: socket.create_connection(('203.0.113.9', 80))\nexcept OSError as error: print(error.errno)";
    const run = await observe(lab, python(script));
    expect(run.stdout).toBe('113\n');
    expect(run.to('203.0.113.9')).toMatchObject([{ port: 80, failures: ['EHOSTUNREACH'] }]);
  });

  test('a silent host is waited for as long as the kernel does, and is one attempt', async () => {
    // The default gives up after two minutes; this one after 15 seconds.
    const set = 'cd /proc/sys/net/ipv4; echo 3 > tcp_syn_retries; echo 0 > tcp_syn_linear_timeouts || true';
    await lab.exec(['sh', '-c', set]);
    const script =
      "import socket\ntry: socket.create_connection(('192.0.2.9', 80))\nexcept OSError as error: print(error.errno)";
    const run = await observe(lab, python(script));
    expect(run.stdout).toBe('110\n');
    expect(run.to('192.0.2.9')).toMatchObject([{ port: 80, connections: 1, failures: ['ETIMEDOUT'] }]);
  });

  describe('a service on the loopback of the host', () => {
    hostService(
      "require('http').createServer((q, a) => a.end('local')).listen(5432, '127.0.0.1', () => console.log('up'))",
    );

    test('is reached and recorded', async () => {
      const run = await observe(lab, [
        'sh',
        '-c',
        'curl -sS http://localhost:5432/; curl -sS http://127.0.0.1:5433/; true',
      ]);
      expect(run.stdout).toBe('local');
      expect(run.to('localhost')).toMatchObject([{ port: 5432, protocol: 'http', connections: 1 }]);
    });

    test('is reached by many at once, and each is known', async () => {
      const script =
        "for (let i = 0; i < 60; i++) require('http').get({ host: '127.0.0.1', port: 5432, agent: false }, (a) => a.resume())";
      const run = await observe(lab, ['node', '-e', `${script}; setTimeout(() => { ${script} }, 300)`]);
      expect(run.report.capture).toMatchObject({ verdict: 'complete', counts: { unattributed: 0 } });
      expect(run.to('localhost')).toMatchObject([{ port: 5432, protocol: 'http', connections: 120 }]);
    });

    test('is reached by threads of their own at once, which nobody takes for a listener of the sandbox', async () => {
      const script = `
import socket, threading
def ask():
    with socket.create_connection(('127.0.0.1', 5432)) as asked:
        asked.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')
        while asked.recv(4096): pass
threads = [threading.Thread(target=ask) for _ in range(40)]
for thread in threads: thread.start()
for thread in threads: thread.join()`;
      for (let round = 0; round < 4; round += 1) {
        const run = await observe(lab, ['python3', '-c', script]);
        expect(run.report.capture).toMatchObject({ verdict: 'complete', counts: { unattributed: 0 } });
        expect(run.to('localhost')).toMatchObject([{ port: 5432, connections: 40 }]);
      }
    });
  });

  describe('a service on all addresses of the host', () => {
    hostService(
      "require('net').createServer((s) => s.end('all')).listen(5434, '::', () => console.log('up'))",
    );

    test.for([
      ['127.0.0.1', '::1', '127.0.0.2'],
      ['::1', '127.0.0.1'],
      ['0.0.0.0', '127.0.0.1'],
      ['::', '::1', '127.0.0.1'],
    ])('is reached by each of them: %j', async (addresses) => {
      const script = `
import socket, sys
for address in sys.argv[1:]:
    with socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET) as asked:
        asked.connect((address, 5434))
        print(asked.recv(9).decode())`;
      const run = await observe(lab, ['python3', '-c', script, ...addresses]);
      expect(run.stdout.trim().split('\n')).toEqual(addresses.map(() => 'all'));
      expect(run.report.capture.verdict).toBe('complete');
      expect(run.to('localhost')).toMatchObject([{ port: 5434, connections: addresses.length }]);
    });
  });

  test('connections that end with the command are known, however many', async () => {
    const script = `
import socket
held = []
for _ in range(700):
    one = socket.socket()
    one.setblocking(False)
    one.connect_ex(('192.0.2.9', 81))
    held.append(one)`;
    const run = await observe(lab, ['python3', '-c', script]);
    expect(run.report.capture).toMatchObject({ verdict: 'complete', counts: { connections: 700 } });
  });

  test('what listens inside is not the business of anybody outside', async () => {
    const script =
      "const h = require('http'); const s = h.createServer((q, a) => a.end('inside')).listen(8080, () => h.get('http://127.0.0.1:8080', (a) => { a.pipe(process.stdout); a.on('end', () => s.close()) }))";
    const run = await observe(lab, ['node', '-e', script]);
    expect(run.stdout).toBe('inside');
    expect(run.report.destinations).toEqual([]);
  });
});
