/*
 * Makes the program in dist/ of what the compiler has written to build/: few files instead of some hundred and sixty,
 * since a start spends more time on finding modules than on anything else. Addons stay where their packages have them.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { licensesOf } from './licenses.mjs';

const BUILD = fileURLToPath(new URL('../build', import.meta.url));
const DIST = fileURLToPath(new URL('../dist', import.meta.url));

/** What is started by its path: as a program, or as a thread. */
const ENTRIES = ['cli/main', 'cli/sudo-main', 'capture/actors/supervisor-worker', 'capture/agent/main'];

const SQLITE = 'better-sqlite3/build/Release/better_sqlite3.node';
const BINDINGS = '\0bindings';
const NOTHING = '\0nothing';

/** commander loads it for commands that are programs of their own, of which there are none. */
const isUnused = (id, importer) =>
  id === 'node:child_process' && importer?.includes('/node_modules/commander/') === true;

rmSync(DIST, { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(ENTRIES.map((name) => [name, `${BUILD}/${name}.js`])),
  platform: 'node',
  external: (id, importer) =>
    id === 'koffi' || id === SQLITE || (id.startsWith('node:') && !isUnused(id, importer)),
  plugins: [
    {
      name: 'native-sqlite',
      // better-sqlite3 is bundled, but for its addon, which its own helper would look for in a dozen places. Both are of the
      // version that package.json pins.
      resolveId: (id) => (id === 'bindings' ? BINDINGS : null),
      load: (id) => (id === BINDINGS ? `module.exports = () => require('${SQLITE}');` : null),
    },
    {
      name: 'no-subprograms',
      resolveId: (id, importer) => (isUnused(id, importer) ? NOTHING : null),
      load: (id) => (id === NOTHING ? 'module.exports = {};' : null),
    },
    {
      name: 'own-place',
      // A module finds other files by its own place, which is no longer the file's that it ends up in.
      transform: (code, id) => {
        const place = JSON.stringify(relative(BUILD, id));
        const file = `__filename.slice(0, __filename.lastIndexOf('/dist/') + 6) + ${place}`;
        const own = `require('node:url').pathToFileURL(${file}).href`;
        return code.includes('import.meta.url') ? code.replaceAll('import.meta.url', own) : null;
      },
    },
  ],
});
const { output } = await bundle.write({
  dir: DIST,
  format: 'cjs',
  entryFileNames: '[name].program.js',
  chunkFileNames: 'chunks/[name].js',
});
await bundle.close();
writeFileSync(`${DIST}/package.json`, JSON.stringify({ type: 'commonjs' }));
writeFileSync(`${DIST}/main.licenses.txt`, licensesOf(output.flatMap(({ moduleIds = [] }) => moduleIds)));
