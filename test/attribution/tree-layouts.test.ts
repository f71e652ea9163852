import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createTreeReader, readPromisedFiles } from '../../src/attribution/tree.js';
import { whyChains } from '../../src/attribution/why.js';
import { openWorkshop } from './npm-project.js';

const trees = createTreeReader();

const workshop = openWorkshop();
afterAll(() => workshop.close());

describe('the actual tree in the layout of pnpm', async () => {
  const store = 'pnpm/node_modules/.pnpm';
  const put = (place: string, name: string, version: string, dependencies: Record<string, string> = {}) =>
    workshop.manifest(`${store}/${place}/node_modules/${name}`, { name, version, dependencies });
  const project = workshop.manifest('pnpm', {
    name: 'the-app',
    dependencies: { x: '1', '@s/y': '2', renamed: 'npm:real@4' },
  });
  workshop.manifest('pnpm/node_modules/empty', { name: 'empty', version: '1.0.0' });
  put('x@1.0.0', 'x', '1.0.0', { z: '3', real: '4' });
  put('@s+y@2.0.0', '@s/y', '2.0.0', { z: '3', x: '1' });
  put('z@3.0.0', 'z', '3.0.0', { x: '1' });
  put('real@4.0.0', 'real', '4.0.0', { z: '3' });
  workshop.link('.pnpm/x@1.0.0/node_modules/x', 'pnpm/node_modules/x');
  workshop.link('../.pnpm/@s+y@2.0.0/node_modules/@s/y', 'pnpm/node_modules/@s/y');
  workshop.link('.pnpm/real@4.0.0/node_modules/real', 'pnpm/node_modules/renamed');
  for (const place of ['x@1.0.0', '@s+y@2.0.0', 'real@4.0.0'])
    workshop.link('../../z@3.0.0/node_modules/z', `${store}/${place}/node_modules/z`);
  for (const place of ['z@3.0.0', '@s+y@2.0.0'])
    workshop.link('../../x@1.0.0/node_modules/x', `${store}/${place}/node_modules/x`);
  workshop.link('../../real@4.0.0/node_modules/real', `${store}/x@1.0.0/node_modules/real`);
  // pnpm also lays every package here, for those that ask without having declared it.
  for (const [place, name] of [
    ['x@1.0.0', 'x'],
    ['z@3.0.0', 'z'],
    ['real@4.0.0', 'real'],
  ] as const)
    workshop.link(`../${place}/node_modules/${name}`, `${store}/node_modules/${name}`);
  const tree = (await trees.actual(project))!;
  const why = (place: string): string[][] => whyChains(tree, `node_modules/.pnpm/${place}`);

  it('has each package at its real folder', () => {
    // The store's own folders are nodes too, of which nothing is known.
    const packages = tree.nodes.filter((node) => node.version !== null);
    expect(packages.map(({ location, name, alias }) => [location, name, alias])).toEqual([
      ['node_modules/.pnpm/@s+y@2.0.0/node_modules/@s/y', '@s/y', '@s/y'],
      ['node_modules/.pnpm/real@4.0.0/node_modules/real', 'real', 'renamed'],
      ['node_modules/.pnpm/x@1.0.0/node_modules/x', 'x', 'x'],
      ['node_modules/.pnpm/z@3.0.0/node_modules/z', 'z', 'z'],
      ['node_modules/empty', 'empty', 'empty'],
    ]);
  });
  it('gives chains through links, and through what links to each other', () => {
    expect(why('z@3.0.0/node_modules/z').slice(0, 4)).toEqual([
      ['the-app', '@s/y', 'z'],
      ['the-app', 'renamed', 'z'],
      ['the-app', 'x', 'z'],
      ['the-app', '@s/y', 'x', 'z'],
    ]);
    expect(why('x@1.0.0/node_modules/x')).toEqual([
      ['the-app', 'x'],
      ['the-app', '@s/y', 'x'],
      ['the-app', '@s/y', 'z', 'x'],
      ['the-app', 'renamed', 'z', 'x'],
    ]);
    expect(why('real@4.0.0/node_modules/real').slice(0, 2)).toEqual([
      ['the-app', 'renamed'],
      ['the-app', 'x', 'renamed'],
    ]);
  });
  it('gives no chain for what nobody asks for', () => {
    expect(whyChains(tree, 'node_modules/empty')).toEqual([]);
  });
});

describe('the actual tree with a link out of the project', () => {
  it('has the linked folder by its absolute path', async () => {
    const outside = workshop.manifest('outside', { name: 'outside', version: '7.0.0' });
    workshop.manifest('linking', { name: 'linking', dependencies: { outside: 'file:../outside' } });
    workshop.install('linking');
    const tree = await trees.actual(join(workshop.folder, 'linking'));
    expect(tree?.nodes.map((node) => [node.location, node.name])).toEqual([[outside, 'outside']]);
    expect(whyChains(tree!, outside)).toEqual([['linking', 'outside']]);
  });
});

describe('a lock whose folders lie outside of the project', () => {
  const promise = (locations: readonly string[]) => {
    const project = workshop.manifest('hostile', { workspaces: ['*'] });
    const packages = Object.fromEntries(locations.map((location) => [location, { name: 'evil' }]));
    const lock = { name: 'hostile', lockfileVersion: 3, requires: true, packages };
    writeFileSync(join(project, 'package-lock.json'), JSON.stringify(lock));
    return trees.promised(readPromisedFiles(project)!);
  };
  it('writes nothing there', async () => {
    const outside = join(workshop.folder, 'escaped');
    await promise(['', outside, `a/../../../..${outside}`]).catch(() => {});
    expect(existsSync(outside)).toBe(false);
  });
  it('is an AttributionError where a folder and a file have the same name', async () => {
    await expect(promise(['', 'package.json/a'])).rejects.toMatchObject({ code: 'unreadable-tree' });
  });
});
