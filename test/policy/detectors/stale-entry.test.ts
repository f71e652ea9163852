import { expect, test } from 'vitest';
import { acceptRun } from '../../../src/policy/accept.js';
import { detect } from '../../../src/policy/detectors/detect.js';
import { connect, LEFT, RIGHT, story } from './scenes.js';

const KNOWN = [connect(LEFT, 'left.example'), connect(RIGHT, 'right.example')];
const { lock } = acceptRun(null, story(KNOWN));
const stale = (...events: Parameters<typeof story>[0]): (string | null)[] =>
  detect({ record: story(events), lock })
    .filter(({ rule }) => rule === 'stale-entry')
    .map(({ destination }) => destination);

test('a row that a whole run did not need', () => {
  expect(stale(...KNOWN)).toEqual([]);
  expect(stale(connect(LEFT, 'left.example'))).toEqual(['right.example:443/tls']);
});

test('not where something was refused, were it at the very place of an accepted row', () => {
  const refused = connect(RIGHT, 'left.example', { verdict: 'blocked', failure: 'ECONNRESET' });
  expect(stale(...KNOWN, refused)).toEqual([]);
});
