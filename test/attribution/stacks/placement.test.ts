import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { FileReader } from '../../../src/attribution/file-reader.js';
import { createPlacement } from '../../../src/attribution/stacks/placement.js';

const ROOT = '/work/app';
const CODE = 'module.exports = 1;';
const HASH = createHash('sha256').update(CODE).digest('hex');
const STARTED = 1000;

/** Files that somebody has kept, all of them with the same code, and what has changed since. */
function reader(changes: Readonly<Record<string, number>> = {}): FileReader {
  return {
    realPath: (path) => path,
    read: (path) => (path.endsWith('.js') ? Buffer.from(CODE) : null),
    changedAt: (path) => changes[path] ?? STARTED - 1,
  };
}

function place(file: string, files: FileReader) {
  const bundles = { at: () => ({ kind: 'file' }) as const };
  const placement = createPlacement({ projectRoot: ROOT, tree: null, files, startedAt: STARTED }, bundles);
  const frame = placement.place({
    file,
    line: 1,
    column: 1,
    function: null,
    isAsync: false,
    isEval: false,
    hash: HASH,
  });
  return { name: frame.package?.name, isFile: frame.isFile, isNew: placement.isNew(frame) };
}

const LEFT = `${ROOT}/node_modules/left`;

test('a frame is placed by what the reader says, and by nothing of this machine', () => {
  expect(place(`${LEFT}/lib/a.js`, reader())).toEqual({ name: 'left', isFile: true, isNew: false });
  const none: FileReader = { realPath: () => null, read: () => null, changedAt: () => null };
  expect(place(`${LEFT}/lib/a.js`, none)).toEqual({ name: 'left', isFile: false, isNew: false });
});

test.for([
  ['written in the run', { [`${LEFT}/lib/a.js`]: STARTED }, true],
  ['in a folder that was put there in the run', { [`${LEFT}/lib`]: STARTED + 5 }, true],
  ['of a package that was put there in the run', { [LEFT]: STARTED + 5 }, true],
  ['beside other packages that were', { [`${ROOT}/node_modules`]: STARTED + 5 }, false],
] as const)('a file %s', ([, changes, isNew]) => {
  expect(place(`${LEFT}/lib/a.js`, reader(changes))).toEqual({ name: 'left', isFile: true, isNew });
});

test.for([
  ['within the project, however deep', `${LEFT}/node_modules/inner/a.js`, 'inner'],
  [
    'in a folder above it, where Node looks as well',
    '/work/node_modules/left/node_modules/inner/a.js',
    'inner',
  ],
  [
    'of a program that is installed elsewhere',
    '/usr/lib/node_modules/npm/node_modules/@npmcli/agent/a.js',
    'npm',
  ],
  [
    'of such a program with a scope',
    '/usr/lib/node_modules/@scope/tool/node_modules/inner/a.js',
    '@scope/tool',
  ],
] as const)('a package %s', ([, file, name]) => {
  expect(place(file, reader()).name).toBe(name);
});

test('what a run writes into the folder of the project makes its code no newer', () => {
  expect(place(`${ROOT}/a.js`, reader({ [ROOT]: STARTED + 5 })).isNew).toBe(false);
  expect(place(`${ROOT}/a.js`, reader({ [`${ROOT}/a.js`]: STARTED + 5 })).isNew).toBe(true);
});
