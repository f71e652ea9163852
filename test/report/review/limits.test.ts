import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Finding, Severity } from '../../../src/model/finding.js';
import type { Review } from '../../../src/model/review.js';
import { annotations } from '../../../src/report/review/annotations.js';
import { markdownComment, markdownSummary } from '../../../src/report/review/markdown.js';
import { sarif } from '../../../src/report/review/sarif.js';
import { lockOf, packageLock } from '../../policy/diff/sides.js';
import { record } from '../sample.js';
import { reviewOf } from './sample-review.js';
import { htmlOf } from './validators.js';

const found = (count: number, severity: Severity, filler = ''): Finding[] =>
  Array.from({ length: count }, (_, index) => ({
    rule: 'new-destination',
    severity,
    destination: `${severity}${index}.example:443/tls`,
    package: 'left@1.0.0',
    message: `new destination \`${severity}${index}.example:443/tls\` by \`left@1.0.0\`${filler}`,
    help: 'look at it',
  }));

const withFindings = (findings: readonly Finding[], rows = 0): Review => {
  const packages = packageLock('left@1.0.0');
  const accepted = Array.from(
    { length: rows },
    (_, index) => `left install accepted${index}.example 443 tls`,
  );
  return reviewOf({
    records: [record()],
    base: lockOf(),
    lock: lockOf(...accepted),
    packages: { base: packages, head: packages },
    findings,
  });
};

/** Rows of all tables, without their heads. */
const rowsOf = (markdown: string): number => {
  const lines = markdown.split('\n').filter((line) => line.startsWith('|'));
  return lines.length - 2 * lines.filter((line) => line.startsWith('| ---')).length;
};

describe('annotations', () => {
  test('at most ten of each level, the last of which counts the rest', () => {
    const lines = annotations(withFindings([...found(300, 'high'), ...found(25, 'low')], 30))
      .trimEnd()
      .split('\n');
    for (const level of ['error', 'warning', 'notice'])
      expect(lines.filter((line) => line.startsWith(`::${level} `))).toHaveLength(10);
    expect(lines.filter((line) => line.includes('more finding'))).toEqual([
      expect.stringContaining('291 more findings::291 x new-destination (high)'),
      expect.stringContaining('16 more findings::16 x new-destination (low)'),
      expect.stringContaining('21 more findings::21 x new, and accepted'),
    ]);
  });

  test('ten of a level are ten', () => {
    const text = annotations(withFindings(found(10, 'high')));
    expect(text.match(/^::error /gm)).toHaveLength(10);
    expect(text).not.toContain('more finding');
  });
});

test('SARIF has 25,000 results and says how many it has not; packed it is far below 10 MB', () => {
  const text = sarif(withFindings(found(25_123, 'high', ' and a path, and some more words'.repeat(5))));
  const [run] = JSON.parse(text).runs;
  expect(run.results).toHaveLength(25_000);
  expect(run.invocations[0].toolExecutionNotifications).toEqual([
    { level: 'warning', message: { text: '123 more results were left out: at most 25000 are taken.' } },
  ]);
  expect(gzipSync(text).length).toBeLessThan(10_000_000);
});

describe.each([
  ['a comment', markdownComment, (text: string) => text.length, 60_000, 2_000],
  ['a summary', markdownSummary, (text: string) => Buffer.byteLength(text), 900_000, 12_000],
] as const)('Markdown for %s', (_, make, sizeOf, limit, count) => {
  const lostOf = (text: string): number => Number(/\*\*Cut: (\d+) rows? more/.exec(text)?.[1] ?? 0);

  test('is cut below its limit, between rows, and counts what it has left out', () => {
    const text = make(withFindings(found(count, 'high', ' \u{1f600}'.repeat(20)), 100));
    expect(sizeOf(text)).toBeLessThanOrEqual(limit);
    expect(sizeOf(text)).toBeGreaterThan(limit * 0.95);
    expect(lostOf(text)).toBeGreaterThan(count / 4);
    expect(rowsOf(text) + lostOf(text)).toBe(count + rowsOf(make(withFindings([], 100))));
    expect(htmlOf(text)).toContain('</table>\n<p><strong>Cut: ');
  });

  test('what fits is not cut', () => {
    const text = make(withFindings(found(20, 'high'), 10));
    expect(lostOf(text)).toBe(0);
    expect(rowsOf(text)).toBe(20 + rowsOf(make(withFindings([], 10))));
  });
});
