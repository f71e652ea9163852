// Makes one script and one style of what runs in the page of `report --html`: dist/page.js and dist/page.css.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const HTML = fileURLToPath(new URL('../src/report/html', import.meta.url));
const DIST = fileURLToPath(new URL('../dist', import.meta.url));

/** In the order in which they override one another. */
const STYLES = ['colours', 'base', 'header', 'sections', 'pictures', 'tables', 'details', 'narrow', 'paper'];

const bundle = await rolldown({ input: `${HTML}/client/main.ts`, platform: 'browser' });
await bundle.write({ file: `${DIST}/page.js`, format: 'iife', minify: true, codeSplitting: false });
await bundle.close();
const styles = STYLES.map((name) => readFileSync(`${HTML}/style/${name}.css`, 'utf8'));
writeFileSync(`${DIST}/page.css`, styles.join('\n'));
