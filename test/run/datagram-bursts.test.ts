import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';

/** Far more at once than the gateway has room for. */
const BURST = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(('198.51.100.30', 9))
for _ in range(COUNT): s.send(b'x' * 1400)
`;

describeLab('bursts of datagrams', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test.for([{ uid: 0 }, { uid: 1001 }])('what came too fast is told, as uid $uid', async ({ uid }) => {
    const run = (count: number) =>
      observe(lab, ['python3', '-c', BURST.replace('COUNT', String(count))], { cwd: lab.folder, uid });
    const few = await run(20);
    expect(few.report.capture).toMatchObject({ verdict: 'complete', reasons: [] });
    expect(few.report.destinations, few.stderr).toMatchObject([{ port: 9, bytesSent: 28_000 }]);
    const many = await run(4000);
    const [place] = many.report.destinations;
    // An ordinary user's witness has little room as well.
    const reason = many.report.capture.reasons.find(({ code }) => code === 'limit-reached');
    expect(many.code).toBe(121);
    const lost = Number(/^(\d+) datagrams came faster/.exec(reason?.message ?? '')?.[1]);
    expect((place?.bytesSent ?? 0) / 1400 + lost).toBe(4000);
  });
});
