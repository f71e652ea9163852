/*
 * Makes the README's picture, test/report/html/report.png, of the sample's page: `npm run build` first, and pngquant
 * (Debian's) makes it small. node test/report/html/screenshot.mjs [FILE [WIDTH [light|dark [HEIGHT]]]]; HEIGHT can be `all`
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { openBrowser } from './browser.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const [file = here('report.png'), width = '1280', colorScheme = 'light', height = 'pictures'] =
  process.argv.slice(2);

const folder = mkdtempSync(join(tmpdir(), 'egresslock-picture-'));
try {
  const bundle = await rolldown({ input: here('sample-page.ts'), platform: 'node', external: /^node:/ });
  await bundle.write({ file: join(folder, 'sample.mjs'), format: 'esm', codeSplitting: false });
  await bundle.close();
  const { samplePage, builtAssets } = await import(pathToFileURL(join(folder, 'sample.mjs')).href);
  const page = join(folder, 'report.html');
  writeFileSync(page, samplePage(builtAssets(new URL('../../../dist/', import.meta.url))));
  const viewport = { width: Number(width), height: Number(height) || 900 };
  const { context, close } = await openBrowser({ viewport, colorScheme, reducedMotion: 'reduce' });
  const tab = await context.newPage();
  await tab.goto(pathToFileURL(page).href);
  // To the end of the time line: above it is what a reader needs first.
  const end = await tab.locator('#time').boundingBox();
  const clip = { x: 0, y: 0, width: viewport.width, height: (end?.y ?? 0) + (end?.height ?? 0) + 14 };
  await tab.screenshot({
    path: file,
    fullPage: Number.isNaN(Number(height)),
    ...(height === 'pictures' ? { clip } : {}),
  });
  await close();
  execFileSync('pngquant', ['--force', '--strip', '--speed', '1', '--output', file, '128', file]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
