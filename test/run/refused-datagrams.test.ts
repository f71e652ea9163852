import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';

/** A host to which nothing but QUIC may go, and one to which two bytes may. */
const CONFIG = `
rules:
  - { host: 198.51.100.30, ports: 443, protocols: [quic], action: allow }
  - { host: 198.51.100.30, ports: 7, protocols: [unknown], action: allow }
budgets:
  - { host: 198.51.100.30, bytes: 2 }
`;
/** Who tries again at once waits for nothing either. */
const COMMAND = `
import socket, time
def sent(port, datagram):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.connect(('198.51.100.30', port)); s.settimeout(20)
    said = []
    for _ in range(3):
        try:
            s.send(datagram)
            said.append(s.recv(10))
        except Exception as error: said.append(type(error).__name__)
    return said
def unconnected():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    said = []
    for _ in range(3):
        try: said.append(s.sendto(b'123', ('198.51.100.30', 7)))
        except Exception as error: said.append(type(error).__name__)
        time.sleep(0.3)
    return said
print(sent(443, b'no hello') + sent(7, b'123'))
print(unconnected())
`;

describeLab('datagrams that are refused after their call', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test.for([{ uid: 0 }, { uid: 1001 }])('their sender is told each time, as uid $uid', async ({ uid }) => {
    const folder = join(lab.folder, `refused-${uid}`);
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, 'egresslock.config.yaml'), CONFIG);
    writeFileSync(join(folder, 'package.json'), '{"name":"refused"}');
    const run = await observe(lab, ['python3', '-c', COMMAND], {
      cwd: folder,
      ...(uid === 0 ? {} : { uid }),
      args: ['--mode', 'enforce'],
    });
    expect(run.stdout.split('\n')[0], run.stderr).toBe(
      `[${Array(6).fill("'ConnectionRefusedError'").join(', ')}]`,
    );
    // The system tells a socket that is connected to nobody nothing: its next call is told.
    expect(run.stdout.split('\n')[1]).toBe("[3, 'ConnectionRefusedError', 'ConnectionRefusedError']");
    expect(run.report.capture).toMatchObject({ verdict: 'complete', reasons: [] });
    expect(run.report.destinations).toMatchObject([
      { port: 7, connections: 2, bytesSent: 0, verdict: 'blocked', failures: ['EBUDGET'] },
      { port: 443, bytesSent: 0, verdict: 'blocked', failures: ['EBLOCKED'] },
    ]);
  });
});
