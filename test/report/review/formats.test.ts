import { describe, expect, test } from 'vitest';
import { DIFF_FORMAT_NAMES, REVIEW_FORMAT_NAMES } from '../../../src/cli/format-names.js';
import { diffJson } from '../../../src/report/review/diff-json.js';
import { diffText } from '../../../src/report/review/diff-text.js';
import { DIFF_FORMATS, REVIEW_FORMATS, textsOf } from '../../../src/report/review/formats.js';
import { sampleReview } from './sample-review.js';
import { htmlOf, problemsOf } from './validators.js';

const ENDINGS: Readonly<Record<string, string>> = {
  markdown: 'md',
  summary: 'md',
  annotations: 'txt',
  sarif: 'json',
  junit: 'xml',
  'gitlab-code-quality': 'json',
  cyclonedx: 'json',
  'in-toto': 'jsonl',
  ocsf: 'jsonl',
};
const VALIDATED = ['sarif', 'junit', 'gitlab-code-quality', 'cyclonedx', 'in-toto', 'ocsf'];

const texts = textsOf(REVIEW_FORMATS, sampleReview());
const textOf = (format: string): string => texts[format]?.() ?? '';

test('the command line names the formats that there are', () => {
  expect(Object.keys(REVIEW_FORMATS)).toEqual([...REVIEW_FORMAT_NAMES]);
  expect(Object.keys(DIFF_FORMATS)).toEqual([...DIFF_FORMAT_NAMES]);
});

test.each(Object.keys(REVIEW_FORMATS))('%s is golden, and the same twice', async (format) => {
  expect(textOf(format)).toBe(REVIEW_FORMATS[format]?.(sampleReview()));
  await expect(textOf(format)).toMatchFileSnapshot(`../golden/review/${format}.${ENDINGS[format]}`);
});

test.each(VALIDATED)('%s passes its validator', async (format) => {
  expect(await problemsOf(format, textOf(format))).toEqual([]);
});

test('each validator refuses what is wrong', async () => {
  const wrong: Readonly<Record<string, [RegExp, string]>> = {
    sarif: [/"startLine": \d+/, '"startLine": "one"'],
    junit: [/<testcase name="[^"]*"/, '<testcase nam="x"'],
    'gitlab-code-quality': [/"severity": "\w+"/, '"severity": "bad"'],
    cyclonedx: [/"flow": "[\w-]+"/, '"flow": "sideways"'],
    'in-toto': [/"hostID":"[^"]*"/, '"host":"x"'],
    ocsf: [/"type_uid":\d+/, '"type_uid":1'],
  };
  for (const format of VALIDATED) {
    const [pattern = /^/, replacement = ''] = wrong[format] ?? [];
    expect(await problemsOf(format, textOf(format).replace(pattern, replacement)), format).not.toEqual([]);
  }
});

describe('for people', () => {
  test('the comparison in a terminal, and as JSON', async () => {
    const { diff } = sampleReview();
    if (diff === null) throw new Error('expected a comparison');
    await expect(diffText(diff, { colour: false, width: 100 })).toMatchFileSnapshot(
      '../golden/review/diff.txt',
    );
    await expect(diffJson(diff)).toMatchFileSnapshot('../golden/review/diff.json');
    expect(await problemsOf('diff', diffJson(diff))).toEqual([]);
    expect(await problemsOf('diff', diffJson({ ...diff, gone: {} as never }))).not.toEqual([]);
  });

  test('Markdown becomes headings and tables', async () => {
    await expect(htmlOf(textOf('markdown'))).toMatchFileSnapshot('../golden/review/markdown.html');
  });
});

test.each([
  ['', '<!-- egresslock:review -->', '## egresslock: outbound traffic'],
  ['a/b/', '<!-- egresslock:review a%2Fb -->', '## egresslock: outbound traffic of `a/b`'],
  ['-->x/', '<!-- egresslock:review %2D%2D%3Ex -->', '## egresslock: outbound traffic of `-->x`'],
])('a comment on the project in %j is found again by its first line', (folder, marker, title) => {
  const review = sampleReview();
  const there = { ...review, files: { ...review.files, manifest: `${folder}package.json` } };
  expect(REVIEW_FORMATS.markdown?.(there).split('\n').slice(0, 2)).toEqual([marker, title]);
  expect(DIFF_FORMATS.summary?.(there).split('\n')[0]).toBe(marker);
});

describe('where results point', () => {
  const results = (): {
    ruleId: string;
    locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[];
  }[] => JSON.parse(textOf('sarif')).runs[0].results;
  test('at the line of the package lock that brought the package', () => {
    const found = results().map(({ ruleId, locations: [first] }) => {
      const { artifactLocation, region } = first!.physicalLocation;
      return `${ruleId} ${artifactLocation.uri}:${region.startLine}`;
    });
    expect(found).toMatchInlineSnapshot(`
      [
        "new-destination package-lock.json:28",
        "allowed-host-new-package package.json:1",
      ]
    `);
  });
});
