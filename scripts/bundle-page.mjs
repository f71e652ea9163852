// Makes one script and one style of what runs in the page of `report --html`: dist/page.js and dist/page.css.
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const HTML = fileURLToPath(new URL('../src/report/html', import.meta.url));
const DIST = fileURLToPath(new URL('../dist', import.meta.url));

const bundle = await rolldown({ input: `${HTML}/client/main.ts`, platform: 'browser' });
await bundle.write({ file: `${DIST}/page.js`, format: 'iife', minify: true, codeSplitting: false });
await bundle.close();
copyFileSync(`${HTML}/style.css`, `${DIST}/page.css`);
