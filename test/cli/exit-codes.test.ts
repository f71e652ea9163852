import { expect, test } from 'vitest';
import { exitCodeOf } from '../../src/cli/exit-codes.js';

test.for([
  { command: 0, verdict: 'complete', alerts: 0, code: 0 },
  { command: 7, verdict: 'complete', alerts: 0, code: 7 },
  { command: 0, verdict: 'complete', alerts: 1, code: 120 },
  { command: 7, verdict: 'complete', alerts: 1, code: 7 },
  { command: 0, verdict: 'partial', alerts: 0, code: 121 },
  { command: 7, verdict: 'partial', alerts: 1, code: 121 },
  { command: 0, verdict: 'none', alerts: 1, code: 121 },
] as const)('$command, $verdict, $alerts alerts: $code', ({ code, ...outcome }) => {
  expect(exitCodeOf(outcome)).toBe(code);
});
