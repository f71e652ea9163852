// Makes one file of @npmcli/arborist, which egresslock reads whole before the wrapped command starts: dist/arborist.cjs.
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** What Arborist needs to fetch, build and audit: never called here, and most of what it costs to load. */
const UNUSED = new Set([
  '@npmcli/installed-package-contents',
  '@npmcli/metavuln-calculator',
  '@npmcli/run-script',
  'bin-links',
  'cacache',
  'npm-registry-fetch',
  'pacote',
]);
const EMPTY = '\0empty';

const bundle = await rolldown({
  input: '@npmcli/arborist',
  platform: 'node',
  plugins: [
    {
      name: 'leave-out-unused',
      resolveId: (id) => (UNUSED.has(id) ? EMPTY : null),
      load: (id) => (id === EMPTY ? 'module.exports = {};' : null),
    },
  ],
});
await bundle.write({
  file: fileURLToPath(new URL('../dist/arborist.cjs', import.meta.url)),
  format: 'cjs',
  minify: 'dce-only',
  codeSplitting: false,
});
await bundle.close();
