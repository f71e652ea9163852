import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, MAIN, startLab } from '../lab/lab.js';

/** A host to which nothing but QUIC may go, and one to which two bytes may. */
const CONFIG = `
rules:
  - { host: 198.51.100.30, ports: 443, protocols: [quic], action: allow }
  - { host: 198.51.100.30, ports: 7, protocols: [unknown], action: allow }
budgets:
  - { host: 198.51.100.30, bytes: 2 }
`;
const COMMAND = `
import socket
def sent(port, *datagrams):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.connect(('198.51.100.30', port)); s.settimeout(20)
    try:
        for one in datagrams: s.send(one)
        return s.recv(10)
    except Exception as error: return type(error).__name__
print(sent(443, b'no hello'), sent(7, b'123'))
`;

describeLab('datagrams that are refused after their call', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test.for([{ uid: 0 }, { uid: 1001 }])('their sender is told at once, as uid $uid', async ({ uid }) => {
    const folder = join(lab.folder, `refused-${uid}`);
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, 'egresslock.config.yaml'), CONFIG);
    writeFileSync(join(folder, 'command.py'), COMMAND);
    const script = [
      `cd ${folder}`,
      `exec setpriv --reuid ${uid} --regid ${uid} --clear-groups -- ${process.execPath} ${MAIN} run --quiet --mode enforce --db runs.db --json report.json -- python3 command.py`,
    ].join('\n');
    const output = await lab.exec(['sh', '-c', script]);
    expect(output.stdout, output.stderr).toBe('ConnectionRefusedError ConnectionRefusedError\n');
    const { capture, destinations } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
    expect(capture).toMatchObject({ verdict: 'complete', reasons: [] });
    expect(destinations).toMatchObject([
      { port: 7, bytesSent: 0, verdict: 'blocked', failures: ['EBUDGET'] },
      { port: 443, bytesSent: 0, verdict: 'blocked', failures: ['EBLOCKED'] },
    ]);
  });
});
