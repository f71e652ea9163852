import { readFileSync } from 'node:fs';
import type { RunRecord } from '../../../src/model/record.js';
import { htmlReport, type PageAssets } from '../../../src/report/html/page.js';
import { sampleRuns } from './sample-runs.js';

/** What the build has made: the tests are of the page that users get. @param dist Folder, `file:` URL with a slash at its end */
export function builtAssets(dist: URL): PageAssets {
  const read = (name: string): string => readFileSync(new URL(name, dist), 'utf8');
  return { style: read('page.css'), script: read('page.js') };
}

export function samplePage(assets: PageAssets, runs: readonly RunRecord[] = sampleRuns): string {
  return htmlReport(runs, { assets, lockPresent: true });
}
