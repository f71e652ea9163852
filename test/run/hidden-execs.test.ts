import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe, type ReportedRun } from '../lab/report.js';

/** First argument but the path of the program behind each request to the lab's web server, sorted. */
const programs = (run: ReportedRun): string[] =>
  run
    .to('web.lab.example')
    .flatMap(({ attributions }) =>
      attributions.map(({ actor }) => actor?.argv.slice(0, 2).join(' ') ?? 'none'),
    )
    .sort();

describeLab('an exec can not be hidden', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test('by the variable of egresslock’s own helpers', async () => {
    const script = `require('child_process').spawnSync('curl', ['-s', 'http://web.lab.example/'], { env: { ...process.env, EGRESSLOCK_LAUNCH: '1' } })`;
    const run = await observe(lab, ['node', '-e', script]);
    expect(programs(run)).toEqual(['curl -s']);
    expect(run.report.capture.verdict).toBe('complete');
  });

  test('by an image that another exec had', async () => {
    const script = [
      'a() { setarch -R curl -s http://web.lab.example/; }',
      'a; setarch -R sh -c "curl -s http://web.lab.example/a; curl -s http://web.lab.example/b"',
      'setarch -R sh -c "exec curl -s http://web.lab.example/c"',
    ].join('; ');
    const run = await observe(lab, ['sh', '-c', script]);
    const one = run.report.destinations.filter(({ host, port }) => host === 'web.lab.example' && port === 80);
    const said = one.flatMap(({ attributions }) => attributions.map(({ actor }) => actor?.argv.at(-1)));
    expect(said.sort()).toEqual(['', 'a', 'b', 'c'].map((path) => `http://web.lab.example/${path}`));
    expect(run.report.capture.verdict).toBe('complete');
  });
});
