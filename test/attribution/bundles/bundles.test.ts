import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBundles } from '../../../src/attribution/bundles/bundles.js';
import { readParser } from '../../../src/attribution/bundles/parser.js';
import { FILES_ON_DISK } from '../../../src/attribution/file-reader.js';

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'egresslock-bundles-')));
  mkdirSync(join(root, 'node_modules/left'), { recursive: true });
  mkdirSync(join(root, 'dist'));
  writeFileSync(
    join(root, 'node_modules/left/index.js'),
    "exports.call = () => {\n  globalThis.left = 'left';\n};\n",
  );
  writeFileSync(join(root, 'index.js'), "import { call } from 'left';\ncall();\nglobalThis.own = 'own';\n");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What is said of the first place in a file at which a text stands. */
function placeOf(file: string, text: string, mark: string): unknown {
  writeFileSync(join(root, file), text);
  const before = text.slice(0, text.indexOf(mark));
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  return createBundles(root, readParser(), FILES_ON_DISK).at(join(root, file), line, column);
}

const from = (path: string, line: number | null): unknown => ({
  kind: 'module',
  original: { source: join(root, path), line },
});

describe('a bundle with a source map', () => {
  test.for([
    { sourcemap: 'inline', minify: false },
    { sourcemap: 'inline', minify: true },
    { sourcemap: true, minify: true },
  ] as const)('map $sourcemap, minified $minify', async ({ sourcemap, minify }) => {
    const bundle = await rolldown({ input: join(root, 'index.js'), cwd: root, platform: 'node' });
    const file = join(root, 'dist/mapped.js');
    const { output } = await bundle.write({ file, format: 'cjs', sourcemap, minify });
    await bundle.close();
    const { code } = output[0];
    expect(placeOf('dist/mapped.js', code, 'globalThis.left')).toEqual(from('node_modules/left/index.js', 2));
    expect(placeOf('dist/mapped.js', code, 'globalThis.own')).toEqual(from('index.js', 3));
  });

  test('one of the project’s own files alone is an ordinary file', () => {
    const map = { version: 3, sources: ['../src/a.ts'], names: [], mappings: 'AAAA' };
    const url = Buffer.from(JSON.stringify(map)).toString('base64');
    const text = `call();\n//# sourceMappingURL=data:application/json;base64,${url}\n`;
    expect(placeOf('dist/compiled.js', text, 'call')).toEqual({ kind: 'file' });
  });

  test.for(['missing.map', 'data:application/json;base64,bm90IGEgbWFw', '%', '/dev/zero'])(
    'a map that is none: %s',
    (url) => {
      const text = `call();\n//# sourceMappingURL=${url}\n`;
      expect(placeOf('dist/unmapped.js', text, 'call')).toEqual({ kind: 'file' });
      expect(placeOf('dist/unmapped.js', `__commonJS;${text}`, 'call')).toEqual({ kind: 'bundle' });
    },
  );
});

/** As esbuild writes it: a CommonJS module in a wrapper, an ES module below a comment, then the entry. */
const ESBUILD = `var __commonJS = (cb, mod) => function __require() {};
// node_modules/left/index.js
var require_left = __commonJS({
  "node_modules/left/index.js"(exports, module) {
    exports.call = () => {
      leftCalls();
      const text = \`
// node_modules/victim/index.js
\`;
      afterText();
    };
  }
});

// node_modules/right/index.mjs
function right() {
  // node_modules/victim/index.js
  rightCalls();
}

// index.js
ownCalls();
`;

describe('a bundle of esbuild without a map', () => {
  test.for([
    ['plain', ESBUILD],
    ['iife', `"use strict";\n(() => {\n${ESBUILD}})();\n`],
    ['named iife', `var app = (() => {\n${ESBUILD}})();\n`],
  ] as const)('%s', ([, text]) => {
    const at = (mark: string): unknown => placeOf('dist/esbuild.js', text, mark);
    expect(at('leftCalls')).toEqual(from('node_modules/left/index.js', null));
    expect(at('afterText')).toEqual(from('node_modules/left/index.js', null));
    expect(at('rightCalls')).toEqual(from('node_modules/right/index.mjs', null));
    expect(at('ownCalls')).toEqual(from('index.js', null));
    expect(at('__commonJS')).toEqual({ kind: 'bundle' });
  });

  test.for([
    ['minified', `var a=(b,c)=>()=>c;${'x();'.repeat(2000)}call();`],
    ['webpack', 'var __webpack_modules__ = ({ "./node_modules/left/index.js": () => { call(); } });'],
    ['no script', '__commonJS({ call();'],
  ] as const)('one that says nothing is a bundle: %s', ([, text]) => {
    expect(placeOf('dist/silent.js', text, 'call')).toEqual({ kind: 'bundle' });
  });

  test('an ordinary file is none, and neither is a file that can’t be read', () => {
    expect(placeOf('plain.js', 'call();\n', 'call')).toEqual({ kind: 'file' });
    expect(createBundles(root, readParser(), FILES_ON_DISK).at(join(root, 'none.js'), 1, 1)).toEqual({
      kind: 'file',
    });
  });
});
