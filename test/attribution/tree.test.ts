import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTreeReader, readPromisedFiles } from '../../src/attribution/tree.js';
import { whyChains } from '../../src/attribution/why.js';
import type { DependencyTree } from '../../src/model/package.js';
import { openWorkshop } from './npm-project.js';

const trees = createTreeReader();

const workshop = openWorkshop();
afterAll(() => workshop.close());

function nodeAt(tree: DependencyTree | null, location: string) {
  return tree?.nodes.find((node) => node.location === location);
}

async function promised(project: string): Promise<DependencyTree | null> {
  const files = readPromisedFiles(project);
  return files === null ? null : trees.promised(files);
}

beforeAll(() => {
  const leaf = workshop.pack({ name: 'leaf', version: '1.2.3' });
  const middle = workshop.pack({ name: 'middle', version: '2.0.0', dependencies: { leaf } });
  const other = workshop.pack({ name: 'other', version: '3.0.0' });
  workshop.manifest('app', {
    name: 'the-app',
    version: '0.1.0',
    workspaces: ['packages/*'],
    dependencies: { middle },
    devDependencies: { other, renamed: leaf },
  });
  workshop.manifest('app/packages/one', { name: '@ours/one', version: '1.0.0', dependencies: { leaf } });
  workshop.install('app');
});

describe.each([
  { source: 'actual', folder: 'app', read: trees.actual, prepare: () => {} },
  {
    source: 'virtual',
    folder: 'locked',
    read: promised,
    prepare: () => {
      for (const file of ['package.json', 'package-lock.json'])
        cpSync(join(workshop.folder, 'app', file), join(workshop.folder, 'locked', file));
    },
  },
])('the $source tree of an npm project', ({ source, folder, read, prepare }) => {
  let tree: DependencyTree | null = null;
  beforeAll(async () => {
    prepare();
    tree = await read(join(workshop.folder, folder));
  });

  it('tells where it comes from, and its root', () => {
    expect(tree?.source).toBe(source);
    expect(tree?.root).toEqual({ name: 'the-app', version: '0.1.0', location: '' });
  });
  it('has each package once, a linked one at its real folder, sorted by location', () => {
    expect(tree?.nodes.map((node) => node.location)).toEqual([
      'node_modules/leaf',
      'node_modules/middle',
      'node_modules/other',
      'node_modules/renamed',
      'packages/one',
    ]);
  });
  it('calls a workspace by its name', () => {
    expect(nodeAt(tree, 'packages/one')).toMatchObject({
      name: '@ours/one',
      alias: '@ours/one',
      version: '1.0.0',
      edgesIn: [{ from: '', type: 'workspace' }],
    });
  });
  it('gives chains through workspaces', () => {
    expect(whyChains(tree!, 'node_modules/leaf')).toEqual([
      ['the-app', '@ours/one', 'leaf'],
      ['the-app', 'middle', 'leaf'],
    ]);
  });
  it('keeps the name on disk and the one that is asked for', () => {
    expect(nodeAt(tree, 'node_modules/renamed')).toMatchObject({
      name: 'leaf',
      alias: 'renamed',
      version: '1.2.3',
      dev: true,
    });
    expect(whyChains(tree!, 'node_modules/renamed')).toEqual([['the-app', 'renamed']]);
  });
  it('tells what only development needs, and where an archive came from', () => {
    expect(nodeAt(tree, 'node_modules/other')).toMatchObject({ dev: true, edgesIn: [{ type: 'dev' }] });
    expect(nodeAt(tree, 'node_modules/middle')).toMatchObject({ dev: false, edgesIn: [{ type: 'prod' }] });
    expect(nodeAt(tree, 'node_modules/middle')?.resolved).toMatch(/^file:.*middle-2\.0\.0\.tgz$/);
  });
});

describe('the tree that a manifest alone promises', () => {
  it('has the direct dependencies, with the names that the specifiers tell', async () => {
    const project = workshop.manifest('bare', {
      dependencies: { a: '^1.0.0', b: 'npm:real@2', '@s/c': 'npm:@s/real@^3', d: 'git+file:///d' },
      devDependencies: { e: '*' },
      optionalDependencies: { f: '1' },
    });
    const tree = await promised(project);
    expect(tree?.source).toBe('ideal');
    expect(tree?.root).toEqual({ name: '', version: null, location: '' });
    expect(tree?.nodes.map(({ location, name, alias }) => [location, name, alias])).toEqual([
      ['node_modules/@s/c', '@s/real', '@s/c'],
      ['node_modules/a', 'a', 'a'],
      ['node_modules/b', 'real', 'b'],
      ['node_modules/d', '', 'd'],
      ['node_modules/e', 'e', 'e'],
      ['node_modules/f', 'f', 'f'],
    ]);
    expect(nodeAt(tree, 'node_modules/e')).toMatchObject({ dev: true, optional: false });
    expect(nodeAt(tree, 'node_modules/f')).toMatchObject({ dev: false, optional: true });
  });
  it('has a package once that is asked for twice', async () => {
    const twice = { devDependencies: { a: '1' }, peerDependencies: { a: '*' } };
    const tree = await promised(workshop.manifest('twice', twice));
    expect(nodeAt(tree, 'node_modules/a')?.edgesIn.map((edge) => edge.type)).toEqual(['dev', 'peer']);
  });
});

describe('a project that can not be read', () => {
  it('is null without a package.json', async () => {
    const project = join(workshop.manifest('none', {}), '..', 'sources');
    expect(readPromisedFiles(project)).toBeNull();
    expect(await trees.actual(project)).toBeNull();
  });
  it.each(['', '{', '{"name": }', '\u0000'])(
    'is an AttributionError where package.json is %j',
    async (text) => {
      const project = workshop.manifest('corrupt', {});
      writeFileSync(join(project, 'package.json'), text);
      const error = { name: 'AttributionError', code: 'unreadable-tree' };
      await expect(promised(project)).rejects.toMatchObject(error);
      await expect(trees.actual(project)).rejects.toMatchObject(error);
    },
  );
  it('is an AttributionError where the lock is corrupt', async () => {
    const project = workshop.manifest('corrupt-lock', {});
    writeFileSync(join(project, 'package-lock.json'), '{"lockfileVersion": 3');
    await expect(promised(project)).rejects.toMatchObject({ code: 'unreadable-tree' });
  });
  it.each(['[]', '"text"', 'null', '{"dependencies": 7, "name": 1}', '\ufeff{}'])(
    'is a tree without packages where package.json is %s',
    async (text) => {
      const project = workshop.manifest('odd', {});
      writeFileSync(join(project, 'package.json'), text);
      expect(await promised(project)).toMatchObject({ root: { name: '' }, nodes: [] });
    },
  );
  it('is what was promised, whatever became of the files since', async () => {
    const project = workshop.manifest('gone', { name: 'before', dependencies: { a: '1' } });
    const files = readPromisedFiles(project);
    rmSync(project, { recursive: true });
    expect(await trees.promised(files!)).toMatchObject({ root: { name: 'before' }, nodes: [{ name: 'a' }] });
  });
});
