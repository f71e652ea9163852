// Checks that each folder of src/ imports only what design and README allow it to.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../src', import.meta.url));

/** Folder → folders that it may import. */
const ALLOWED = {
  loader: [],
  model: [],
  sandbox: ['model'],
  capture: ['model', 'sandbox'],
  attribution: ['loader', 'model'],
  hook: ['model'],
  store: ['model'],
  policy: ['model'],
  report: ['model', 'policy'],
  export: ['model', 'policy'],
  run: ['model', 'sandbox', 'capture', 'attribution', 'hook', 'store', 'policy', 'report', 'export'],
  cli: ['model', 'run', 'store', 'policy', 'report', 'export'],
};

/** Edges of which only types may cross. */
const TYPES_ONLY = new Set(['hook>model', 'report>policy', 'export>policy']);

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (entry.name.endsWith('.ts')) yield path;
  }
}

const problems = [];
let files = 0;
for (const file of sources(root)) {
  files += 1;
  const from = relative(root, file).split('/')[0];
  const allowed = ALLOWED[from];
  if (allowed === undefined) {
    problems.push(`${relative(root, file)}: no folder of the design is named ${from}`);
    continue;
  }
  const text = readFileSync(file, 'utf8');
  const dynamic = [...text.matchAll(/\bimport\('(\.[^']*)'\)/g)].map((match) => ['', 'import', '', match[1]]);
  const fixed = [...text.matchAll(/^(import|export)\s([^;]*?)\sfrom\s+'(\.[^']*)'/gms)];
  for (const match of [...fixed, ...dynamic]) {
    const to = relative(root, resolve(dirname(file), match[3])).split('/')[0];
    if (to === from) continue;
    if (!allowed.includes(to)) problems.push(`${relative(root, file)}: ${from} may not import ${to}`);
    else if (TYPES_ONLY.has(`${from}>${to}`) && !match[2].trimStart().startsWith('type ')) {
      problems.push(`${relative(root, file)}: ${from} may import only types from ${to}`);
    }
  }
}
for (const problem of problems) console.error(problem);
console.log(`${files} files, ${problems.length} forbidden imports`);
process.exit(problems.length === 0 ? 0 : 1);
