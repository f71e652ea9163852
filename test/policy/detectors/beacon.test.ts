import { describe, expect, test } from 'vitest';
import { connect, findings, LEFT, said, story } from './scenes.js';

describe('beacon', () => {
  const beats = (times: readonly number[]) => story(times.map((at) => connect(LEFT, 'x.example', { at })));

  test('steady, also where each beat is two connections', () => {
    expect(said(beats([0, 5000, 10_100, 14_950, 20_000]), null)).toEqual(['medium beacon']);
    expect(said(beats([0, 20, 5000, 5030, 10_100, 14_950, 20_000, 20_040]), null)).toEqual(['medium beacon']);
  });

  test('the reason is the rhythm', () => {
    const [finding] = findings(beats([0, 5000, 10_100, 14_950, 20_000]), null);
    expect(finding?.message).toMatch(
      /^5 connections to `x\.example:443\/tls` every 5\.0 s \(variation 0\.02\), by `left@1\.2\.4`/,
    );
  });

  test.for([
    { what: 'four beats', times: [0, 5000, 10_000, 15_000] },
    { what: 'retries that wait longer each time', times: [0, 1000, 3000, 7000, 15_000, 31_000] },
    { what: 'a burst', times: [0, 400, 800, 1200, 1600, 2000, 2400] },
    { what: 'chance', times: [0, 1300, 9000, 9900, 16_000, 31_000] },
  ])('$what: nothing', ({ times }) => {
    expect(said(beats(times), null)).toEqual([]);
  });
});
