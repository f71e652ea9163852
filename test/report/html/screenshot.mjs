/*
 * Makes the README's picture, test/report/html/report.png, of the sample's page. `npm run build` first.
 * node test/report/html/screenshot.mjs [FILE [WIDTH [light|dark [HEIGHT]]]]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { openBrowser } from './browser.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const [file = here('report.png'), width = '1280', colorScheme = 'light', height = '1500'] =
  process.argv.slice(2);

const folder = mkdtempSync(join(tmpdir(), 'egresslock-picture-'));
try {
  const bundle = await rolldown({ input: here('sample-page.ts'), platform: 'node', external: /^node:/ });
  await bundle.write({ file: join(folder, 'sample.mjs'), format: 'esm', codeSplitting: false });
  await bundle.close();
  const { samplePage, builtAssets } = await import(pathToFileURL(join(folder, 'sample.mjs')).href);
  const page = join(folder, 'report.html');
  writeFileSync(page, samplePage(builtAssets(new URL('../../../dist/', import.meta.url))));
  const viewport = { width: Number(width), height: Number(height) };
  const { context, close } = await openBrowser({ viewport, colorScheme, reducedMotion: 'reduce' });
  const tab = await context.newPage();
  await tab.goto(pathToFileURL(page).href);
  await tab.screenshot({ path: file, fullPage: height === '0' });
  await close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
