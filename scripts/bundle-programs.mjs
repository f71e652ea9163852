// Makes one file each of programs that egresslock reads whole before the wrapped command starts, and runs after that.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { licensesOf } from './licenses.mjs';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

const CONCLUSION = fileURLToPath(new URL('../build/run/conclusion-program.js', import.meta.url));
const PROGRAMS = { arborist: '@npmcli/arborist', acorn: 'acorn', conclusion: CONCLUSION };

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

for (const [name, input] of Object.entries(PROGRAMS)) {
  const bundle = await rolldown({
    input,
    platform: 'node',
    plugins: [
      {
        name: 'leave-out-unused',
        resolveId: (id) => (UNUSED.has(id) ? EMPTY : null),
        load: (id) => (id === EMPTY ? 'module.exports = {};' : null),
      },
    ],
  });
  const { output } = await bundle.write({
    file: `${DIST}/${name}.cjs`,
    format: 'cjs',
    minify: 'dce-only',
    codeSplitting: false,
  });
  await bundle.close();
  writeFileSync(`${DIST}/${name}.licenses.txt`, licensesOf(output.flatMap(({ moduleIds }) => moduleIds)));
}
