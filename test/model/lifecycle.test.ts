import { describe, expect, it } from 'vitest';
import { baseName, isNode, managerOf, programOf } from '../../src/model/lifecycle.js';

const NODE = '/usr/bin/node';

describe('managerOf', () => {
  it.each([
    ['npm', ['node', '/usr/bin/npm', 'ci']],
    ['npm', ['node', '/usr/lib/node_modules/npm/bin/npm-cli.js', 'ci']],
    ['npm', ['node', '/usr/bin/npx', 'cowsay']],
    ['npm', ['node', '/usr/lib/node_modules/npm/bin/npx-cli.js', 'cowsay']],
    ['npm', ['node', '/usr/lib/node_modules/corepack/dist/npm.js', 'ci']],
    ['npm', ['node', '/usr/lib/node_modules/corepack/dist/npx.js', 'cowsay']],
    ['pnpm', ['node', '/usr/bin/pnpm', 'i']],
    ['pnpm', ['node', '/opt/pnpm/bin/pnpm.cjs', 'i']],
    ['pnpm', ['node', '/opt/pnpm/bin/pnpm.mjs', 'i']],
    ['pnpm', ['node', '/usr/lib/node_modules/corepack/dist/pnpm.js', 'i']],
    ['pnpm', ['node', '/usr/lib/node_modules/corepack/dist/pnpx.js', 'cowsay']],
    ['yarn', ['node', '/usr/bin/yarn']],
    ['yarn', ['node', '/usr/share/yarn/bin/yarn.js', 'install']],
    ['yarn', ['node', '/usr/bin/yarnpkg']],
    ['yarn', ['node', '/usr/lib/node_modules/corepack/dist/yarnpkg.js']],
    ['yarn', ['node', '/work/app/.yarn/releases/yarn-4.9.1.cjs']],
    ['yarn', ['node', '/work/app/.yarn/releases/yarn-1.22.22.js']],
    ['pnpm', ['node', '/usr/bin/corepack', 'pnpm', 'install']],
    ['yarn', ['node', '/usr/lib/node_modules/corepack/dist/corepack.js', 'yarn@4.9.1', 'install']],
    ['npm', ['node', '--max-old-space-size=4096', '-r', './hook.cjs', '/usr/bin/npm', 'ci']],
    [null, ['node', '/usr/bin/corepack', 'enable']],
    [null, ['node', '/usr/bin/corepack', 'enable', 'yarn']],
    [null, ['node', '/work/app/install.js', '/usr/bin/npm']],
    [null, ['node', '/work/app/node_modules/npm-run-all/bin/npm-run-all.js']],
    [null, ['node', '/work/app/yarn-audit-fix.txt']],
    [null, ['node', '-e', 'process.exit()', '/usr/bin/npm']],
    [null, ['node', '-pe', '1', '/usr/bin/npm']],
    [null, ['node', '-r', '/usr/bin/npm', '/work/app/install.js']],
    [null, ['node']],
    [null, []],
  ])('is %s for %j run by node', (manager, argv) => {
    expect(managerOf(argv, NODE)).toBe(manager);
  });

  it.each([
    ['bun', ['bun', 'install'], '/root/.bun/bin/bun'],
    ['bun', ['bun', 'run', 'build'], '/root/.bun/bin/bun'],
    ['bun', ['bunx', 'cowsay'], '/root/.bun/bin/bun'],
    [null, ['bun', 'server.ts'], '/root/.bun/bin/bun'],
    ['pnpm', ['pnpm', 'install'], '/opt/pnpm/pnpm'],
    ['npm', ['node-20', '/usr/bin/npm', 'ci'], '/usr/bin/node-20'],
    ['npm', ['node', '/usr/bin/npm', 'ci'], '/usr/bin/node22'],
    [null, ['npm', 'ci'], '/usr/bin/curl'],
    [null, ['sh', '-c', 'npm ci'], '/usr/bin/dash'],
    [null, ['nodemon', '/usr/bin/npm'], '/usr/bin/nodemon'],
    [null, ['npm', 'ci'], ''],
  ])('is %s for %j with executable %s', (manager, argv, executable) => {
    expect(managerOf(argv, executable)).toBe(manager);
  });
});

describe('programOf', () => {
  it('is the script where node runs one, whatever options stand before it', () => {
    const argv = ['node', '--import', './hook.mjs', '--inspect=0', '/work/app/a.js', '--import', 'b'];
    expect(programOf(argv, NODE)).toBe('/work/app/a.js');
  });
  it('is empty where node runs no file', () => {
    expect(programOf(['node', '--eval', 'x'], NODE)).toBe('');
    expect(programOf(['node', '-'], NODE)).toBe('');
  });
  it('is the executable of anything else: argv is a claim', () => {
    expect(programOf(['/usr/bin/npm'], '/tmp/evil')).toBe('/tmp/evil');
  });
  it('is node by what distributions call it', () => {
    expect(['/usr/bin/node', 'nodejs', '/usr/bin/node-22', '/opt/node22'].every(isNode)).toBe(true);
    expect(['/usr/bin/nodemon', '/node/sh', 'node-gyp'].some(isNode)).toBe(false);
  });
  it('is named by the last part of its path', () => {
    expect(['/a/b', 'b', '/a/', ''].map(baseName)).toEqual(['b', 'b', '', '']);
  });
});
