import { describe, expect, test } from 'vitest';
import { detect } from '../../../src/policy/detectors/detect.js';
import { connect, LEFT, LOCK, NPM, said, story } from './scenes.js';

describe('severities', () => {
  const record = story([connect(LEFT, 'x.top'), connect(NPM, 'y.example')]);

  test('the user’s word for a rule counts, and the highest of a cause is the finding', () => {
    expect(said(record)).toEqual(['high new-destination + risky-tld', 'high new-destination']);
    expect(said(record, LOCK, { severities: { 'new-destination': 'low' } })).toEqual([
      'medium risky-tld + new-destination',
      'low new-destination',
    ]);
    expect(said(record, LOCK, { severities: { 'risky-tld': 'critical' } })[0]).toBe(
      'critical risky-tld + new-destination',
    );
  });

  test('the same events make the same findings, whatever their order', () => {
    const reversed = { ...record, destinations: record.destinations.toReversed() };
    expect(detect({ record: reversed, lock: LOCK })).toEqual(detect({ record, lock: LOCK }));
  });
});
