import { describe, expect, it } from 'vitest';
import { attributeActors } from '../../src/attribution/attribute.js';
import type { Actor } from '../../src/model/actor.js';
import type { Attribution } from '../../src/model/attribution.js';
import type { DependencyTree } from '../../src/model/package.js';
import { actor, node, npm, PROJECT, script, tree } from './sample.js';

/** The attribution of the last actor. */
function last(known: DependencyTree | null, ...actors: readonly Actor[]): Attribution {
  return [...attributeActors({ actors, projectRoot: PROJECT, tree: known }).values()].at(-1)!;
}

const A = { at: 'node_modules/a', name: 'a' };
const promised = tree(node('node_modules/a', ['']));

describe('the name of a package', () => {
  it('is the one on disk for an alias, which keeps its folder and its chain', () => {
    const aliased = tree(node('node_modules/renamed', [''], { name: 'real', alias: 'renamed' }));
    expect(
      last(aliased, npm(1, null), script(2, 1, { at: 'node_modules/renamed', name: 'real' })),
    ).toMatchObject({
      package: { name: 'real', version: '1.0.0', location: 'node_modules/renamed' },
      why: [['app', 'renamed']],
      contradictions: [],
    });
  });
  it('is that of the first script, though it has rewritten its manifest since', () => {
    const start = script(2, 1, { ...A, event: 'preinstall' });
    const second = script(3, 1, { ...A, witness: { name: 'lodash', version: '4.0.0' } });
    for (const known of [promised, tree(), null])
      expect(last(known, npm(1, null), start, second).package).toMatchObject({ name: 'a', version: '1.0.0' });
  });
  it('is what was promised and announced, though another has rewritten the manifest before', () => {
    const first = script(2, 1, { ...A, witness: { name: 'lodash', version: '4.0.0' } });
    expect(last(promised, npm(1, null), first).package).toMatchObject({ name: 'a', version: '1.0.0' });
    const version = script(2, 1, { ...A, witness: { version: '9.9.9' } });
    expect(last(promised, npm(1, null), version).package).toMatchObject({ name: 'a', version: '1.0.0' });
  });
  it('is what is announced and lies on disk, where the tree is older than an update', () => {
    const update = script(2, 1, { ...A, version: '2.0.0' });
    expect(last(promised, npm(1, null), update)).toMatchObject({
      package: { name: 'a', version: '2.0.0' },
      contradictions: [],
    });
    const swapped = script(2, 1, { at: 'node_modules/a', name: 'fork', version: '7.0.0' });
    expect(last(promised, npm(1, null), swapped)).toMatchObject({
      package: { name: 'fork', version: '7.0.0' },
      contradictions: [],
    });
  });
  it('is what was promised where all differ', () => {
    const differs = script(2, 1, {
      at: 'node_modules/a',
      name: 'b',
      witness: { name: 'c', version: '3.0.0' },
    });
    expect(last(promised, npm(1, null), differs).package).toMatchObject({ name: 'a', version: '1.0.0' });
  });
  it('is the one on disk where only a manifest had promised an archive', () => {
    const archive = tree(node('node_modules/a', [''], { name: '', version: null }));
    expect(last(archive, npm(1, null), script(2, 1, A)).package).toMatchObject({
      name: 'a',
      version: '1.0.0',
    });
  });
  it("is the folder's, with its scope, where nothing was promised and no manifest could be read", () => {
    const witness = { name: null, version: null };
    const lost = { at: 'node_modules/a/node_modules/@s/b', name: 'lodash', witness };
    expect(last(null, npm(1, null), script(2, 1, lost)).package).toEqual({
      name: '@s/b',
      version: null,
      location: 'node_modules/a/node_modules/@s/b',
    });
  });
  it('is never one that only the environment says', () => {
    const claims = { ...A, environment: { npm_package_name: 'lodash', npm_package_version: '4.0.0' } };
    for (const known of [promised, tree(), null])
      expect(last(known, npm(1, null), script(2, 1, claims)).package).toMatchObject({
        name: 'a',
        version: '1.0.0',
      });
  });
});

describe('the location of a package', () => {
  it.each(['/elsewhere/a', '/work/apple'])('is absolute outside of the project: %s', (at) => {
    expect(last(tree(), npm(1, null), script(2, 1, { at, name: 'a' })).package?.location).toBe(at);
  });
  it("is the real folder in pnpm's store", () => {
    const at = 'node_modules/.pnpm/a@1.0.0/node_modules/a';
    const pnpm = actor(1, null, ['node', '/usr/bin/pnpm', 'install']);
    const known = tree(node(at, ['']));
    expect(last(known, pnpm, script(2, 1, { at, name: 'a' }))).toMatchObject({
      package: { name: 'a', location: at },
      why: [['app', 'a']],
    });
  });
});

describe("the project's own packages", () => {
  const build = { at: '', name: 'app', event: 'build' };

  it('are the root, by its name on disk where the tree knows none', () => {
    const unnamed = { ...tree(), root: { name: '', version: null, location: '' } };
    expect(last(tree(), npm(1, null), script(2, 1, build)).package).toEqual({
      name: 'app',
      version: '1.0.0',
      location: '',
    });
    expect(last(unnamed, npm(1, null), script(2, 1, build)).package?.name).toBe('app');
    expect(last(null, npm(1, null), script(2, 1, build)).package).toMatchObject({
      name: 'app',
      version: '1.0.0',
    });
  });
  it('are (root) where nothing has a name', () => {
    const witness = { name: null, version: null };
    const environment = { npm_package_name: '', npm_package_version: '' };
    const unnamed = { ...tree(), root: { name: '', version: null, location: '' } };
    for (const known of [unnamed, null])
      expect(last(known, npm(1, null), script(2, 1, { ...build, witness, environment })).package).toEqual({
        name: '(root)',
        version: null,
        location: '',
      });
  });
  it('may change their version on the way without a contradiction', () => {
    const scripts = [
      script(2, 1, { ...build, event: 'preversion' }),
      script(3, 1, { ...build, event: 'version', version: '1.0.1' }),
    ];
    expect(last(tree(), npm(1, null), ...scripts).contradictions).toEqual([]);
  });
});
