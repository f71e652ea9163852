import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, MAIN, startLab } from '../lab/lab.js';

/** No route, not even an interface: as on a machine that was taken off the network to look at a package. */
const OFFLINE = 'ip link set lo up && shift && exec "$@"';
const ASK = `for url in http://shop.example/a http://203.0.113.9/a 'http://[2001:db8:99::1]/a'; do
  curl -sS -o /dev/null -w '%{http_code} ' "$url"
done`;

describeLab('mode sinkhole on a host without a network', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test.for([
    { uid: 0, as: [] },
    { uid: 1001, as: ['setpriv', '--reuid', '1001', '--regid', '1001', '--clear-groups', '--'] },
  ])('names and addresses of both families are answered, as uid $uid', async ({ uid, as }) => {
    const database = `${lab.folder}/offline-${uid}.db`;
    const run = [
      process.execPath,
      MAIN,
      'run',
      '--mode',
      'sinkhole',
      '--db',
      database,
      '--',
      'sh',
      '-c',
      ASK,
    ];
    const output = await lab.exec(['unshare', '--net', 'sh', '-c', OFFLINE, 'sh', '--', ...as, ...run]);
    expect(output.stdout, output.stderr).toBe('200 200 200 ');
    expect(output.stderr).toContain('capture complete');
  });
});
