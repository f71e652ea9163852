import { expect, test } from 'vitest';
import { judgeImport } from '../../../src/capture/import/reasons.js';
import type { Tally } from '../../../src/capture/import/tally.js';

const WHOLE = { end: { state: 'whole' }, dropped: 0 } as const;
const NOTHING: Tally = {
  unknownLinks: new Map(),
  unreadable: 0,
  lostDatagrams: 0,
  otherProtocols: new Map(),
  unaskedAnswers: 0,
  olderConnections: 0,
  cutFlows: 0,
  refusedEvents: 0,
  hurriedFlows: 0,
};

test('a whole capture is complete, whoever its events belong to', () => {
  expect(judgeImport(WHOLE, NOTHING)).toEqual({ verdict: 'complete', reasons: [] });
});

test('remarks take nothing from it', () => {
  const { verdict, reasons } = judgeImport(WHOLE, {
    ...NOTHING,
    olderConnections: 2,
    unaskedAnswers: 1,
    otherProtocols: new Map([
      [47, 2],
      [1, 3],
    ]),
  });
  expect(verdict).toBe('complete');
  expect(reasons.map(({ code }) => code)).toEqual(['file-remark', 'file-remark', 'file-remark']);
  expect(reasons[2]?.message).toBe('5 packets of other IP protocols (1, 47) were not looked into');
});

test.each([
  ['unreadable', { unreadable: 1 }, 'file-incomplete'],
  ['lost fragments', { lostDatagrams: 1 }, 'file-incomplete'],
  ['cut flows', { cutFlows: 1 }, 'file-incomplete'],
  ['unknown links', { unknownLinks: new Map([[105, 1]]) }, 'file-incomplete'],
  ['too many events', { refusedEvents: 1 }, 'limit-reached'],
  ['too much memory', { hurriedFlows: 1 }, 'limit-reached'],
] as const)('%s make it partial', (_, tally, code) => {
  const { verdict, reasons } = judgeImport(WHOLE, { ...NOTHING, ...tally });
  expect(verdict).toBe('partial');
  expect(reasons).toMatchObject([{ code, message: expect.stringMatching(/^1 /) }]);
});

test('so do a file that breaks off, with the byte, and packets that were lost', () => {
  const end = { state: 'stopped', offset: 1234, reason: 'expected more' } as const;
  expect(judgeImport({ end, dropped: 7 }, NOTHING)).toMatchObject({
    verdict: 'partial',
    reasons: [
      { code: 'file-incomplete', message: expect.stringContaining('byte 1234 on: expected more') },
      { code: 'file-incomplete', message: '7 packets were lost while they were captured' },
    ],
  });
});

test('thousands of link types are named by a few', () => {
  const unknownLinks = new Map(Array.from({ length: 5000 }, (_, type) => [type + 300, 1] as const));
  const [reason] = judgeImport(WHOLE, { ...NOTHING, unknownLinks }).reasons;
  expect(reason?.message).toBe(
    '5000 packets of link types that are not known here (300, 301, 302, 303, 304, …)',
  );
});
