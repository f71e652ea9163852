import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parsePnpState } from '../../../src/attribution/pnp/pnp-state.js';
import { readPnpTree } from '../../../src/attribution/pnp/pnp-tree.js';
import { resolveVirtual } from '../../../src/attribution/pnp/virtual-path.js';
import { whyChains } from '../../../src/attribution/why.js';

const left = './.yarn/cache/left-npm-1.2.4-abc.zip/node_modules/left/';
const STATE = {
  packageRegistryData: [
    [null, [[null, { packageLocation: './', packageDependencies: [] }]]],
    [
      'app',
      [
        [
          'workspace:.',
          {
            packageLocation: './',
            packageDependencies: [
              ['app', 'workspace:.'],
              ['right', 'virtual:1f#npm:2.0.0'],
              ['none', null],
            ],
          },
        ],
      ],
    ],
    [
      'right',
      [
        [
          'virtual:1f#npm:2.0.0',
          {
            packageLocation:
              './.yarn/__virtual__/right-virtual-1f/1/global/right-npm-2.0.0.zip/node_modules/right/',
            packageDependencies: [['renamed', ['left', 'npm:1.2.4']]],
          },
        ],
      ],
    ],
    ['left', [['npm:1.2.4', { packageLocation: left, packageDependencies: [['left', 'npm:1.2.4']] }]]],
    ["it's", [['patch:x@npm%3A3.0.0#~/x.patch::version=3.0.0&hash=1', { packageLocation: '../out\\side/' }]]],
  ],
};
/** As Yarn writes it into .pnp.cjs. */
const CJS = `#!/usr/bin/env node
"use strict";
const RAW_RUNTIME_STATE =
'${JSON.stringify(STATE, null, 2).replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\\n')}';
function $$SETUP_STATE(hydrateRuntimeState) {}
`;

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'egresslock-pnp-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test.for([
  ['.pnp.cjs', CJS],
  ['.pnp.data.json', JSON.stringify(STATE)],
] as const)('the tree of %s', ([file, text]) => {
  writeFileSync(join(root, file), text);
  const tree = readPnpTree(root);
  expect(tree?.root.name).toBe('app');
  expect(tree?.nodes.map(({ name, version, location }) => [name, version, location])).toEqual(
    [
      ['left', '1.2.4', '.yarn/cache/left-npm-1.2.4-abc.zip/node_modules/left'],
      ["it's", '3.0.0', join(root, '../out\\side')],
      ['right', '2.0.0', 'global/right-npm-2.0.0.zip/node_modules/right'],
    ].toSorted(([, , a = ''], [, , b = '']) => (String(a) < String(b) ? -1 : 1)),
  );
  expect(tree && whyChains(tree, left.slice(2, -1))).toEqual([['app', 'right', 'renamed']]);
});

test.for([
  '',
  '{',
  '{}',
  '[]',
  "const RAW_RUNTIME_STATE =\n'{",
  "const RAW_RUNTIME_STATE =\n'\\",
  CJS.slice(0, 300),
])('what is no such file is none: %j', (text) => expect(parsePnpState(text)).toBeNull());

test('entries of another shape are left out', () => {
  const registry = [
    1,
    ['a', 1],
    ['a', [1, ['r', null], ['r', { packageLocation: 1 }]]],
    ['b', [['r', { packageLocation: './b/', packageDependencies: [1, ['c'], ['c', 'd']] }]]],
  ];
  expect(parsePnpState(JSON.stringify({ packageRegistryData: registry }))).toEqual([
    {
      name: 'b',
      reference: 'r',
      location: './b/',
      dependencies: [{ alias: 'c', name: 'c', reference: 'd' }],
    },
  ]);
});

test.for([
  ['/p/.yarn/__virtual__/x-1/0/cache/x.zip/i.js', '/p/.yarn/cache/x.zip/i.js'],
  ['/p/.yarn/__virtual__/x-1/2/y/i.js', '/y/i.js'],
  ['/p/.yarn/$$virtual/x-1/1/y/i.js', '/p/y/i.js'],
  ['/p/__virtual__/i.js', '/p/__virtual__/i.js'],
] as const)('%s is %s', ([path, resolved]) => expect(resolveVirtual(path)).toBe(resolved));
