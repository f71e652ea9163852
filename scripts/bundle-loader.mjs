/*
 * Makes what starts each program in dist/, and V8's code cache of all that they load, for the Node that builds. Another
 * Node compiles the files itself.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { rolldown } from 'rolldown';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const LOADER = join(DIST, 'loader.cjs');
const PROGRAM = '.program.js';

const bundle = await rolldown({
  input: fileURLToPath(new URL('../build/loader/load-program.js', import.meta.url)),
  platform: 'node',
});
await bundle.write({ file: LOADER, format: 'cjs', codeSplitting: false });
await bundle.close();

const { codeCachePath, compileModule, encodeCodeCache, scriptName } = createRequire(import.meta.url)(LOADER);
/** Run by others: by a browser, by the wrapped command's Node, and by this one as it is. */
const OTHERS = ['page.js', 'hook.cjs', 'loader.cjs'];
const files = readdirSync(DIST, { recursive: true })
  .filter((file) => /\.c?js$/.test(file) && !OTHERS.includes(file))
  .map((file) => join(DIST, file));
for (const file of files) {
  const cache = codeCachePath(DIST, file);
  mkdirSync(dirname(cache), { recursive: true });
  // Each function, not only those that the file itself calls; V8's flags are part of what a cache is known by.
  setFlagsFromString('--no-lazy');
  const source = readFileSync(file);
  const script = compileModule(source, scriptName(DIST, file), null);
  setFlagsFromString('--lazy');
  writeFileSync(cache, encodeCodeCache(source, script.createCachedData()));
}

for (const file of files.filter((path) => path.endsWith(PROGRAM))) {
  const name = file.slice(DIST.length + 1, -PROGRAM.length);
  const up = '../'.repeat(name.split('/').length - 1);
  writeFileSync(
    join(DIST, `${name}.js`),
    `#!/usr/bin/env node\nconst { resolve } = require('node:path');\nrequire('${up}loader.cjs').loadProgram(resolve(__dirname, '${up}'), '${name}', require);\n`,
  );
}
