import { describe, expect, it } from 'vitest';
import { attributeActors } from '../../src/attribution/attribute.js';
import type { Actor } from '../../src/model/actor.js';
import { node, npm, PROJECT, script, tree } from './sample.js';

const SPEC = 'git+ssh://git@git.example/dep.git#90a27b016b5b2cb894bc0a34f5de88c1dff13fcb';
const OTHER = 'git+ssh://git@git.example/other.git#1';
const known = tree(
  node('node_modules/dep', [''], { version: '2.0.0', resolved: SPEC }),
  node('node_modules/inner', ['node_modules/dep']),
  node('node_modules/other', [''], { resolved: OTHER }),
);

// What npm 11 was seen to do: an install in a temporary clone, below which the clone's dependencies run their scripts;
// then the outer npm runs `prepare` in the clone, without the variable of the nested install.
describe.each(['/root/.npm/_cacache/tmp/git-clone9mRxfN', '.npm/_cacache/tmp/git-clone9mRxfN'])(
  'a git dependency that npm prepares in %s',
  (clone) => {
    const directory = clone.startsWith('/') ? clone : `${PROJECT}/${clone}`;
    const install = (spec: string, name = 'dep', inherited: Actor['environment'] = {}): Actor =>
      npm(2, 1, {
        cwd: directory,
        environment: { ...inherited, _PACOTE_NO_PREPARE_: spec },
        manifest: { directory, source: 'cwd', name, version: '2.0.0', declared: null },
      });
    const inner = script(3, 2, {
      at: `${directory}/node_modules/inner`,
      name: 'inner',
      environment: { _PACOTE_NO_PREPARE_: SPEC },
    });
    const prepare = script(4, 1, {
      at: directory,
      name: 'dep',
      version: '2.0.0',
      event: 'prepare',
      run: 'node build.js',
      environment: { npm_package_resolved: directory },
    });
    const attribute = (tree: typeof known | null, ...actors: readonly Actor[]) =>
      attributeActors({ actors, projectRoot: PROJECT, tree });
    const dep = {
      package: { name: 'dep', version: '2.0.0', location: 'node_modules/dep' },
      evidence: 'exec-lineage',
      lifecycle: 'prepare',
      why: [['app', 'dep']],
      contradictions: [],
    };

    it('owns the nested install, and the scripts of what that one installs', () => {
      const all = attribute(known, npm(1, null), install(SPEC), inner);
      expect(all.get(1)).toMatchObject({ evidence: 'package-manager' });
      expect(all.get(2)).toMatchObject({ ...dep, script: null });
      expect(all.get(3)).toMatchObject({ ...dep, script: null });
    });
    it('owns the preparation after it', () => {
      const all = attribute(known, npm(1, null), install(SPEC), inner, prepare);
      expect(all.get(4)).toMatchObject({ ...dep, script: 'node build.js' });
    });
    it('is found by its name where the tree has resolved it otherwise', () => {
      expect(attribute(known, npm(1, null), install(`${SPEC}0`)).get(2)).toMatchObject(dep);
    });
    it('is the innermost of those that are being prepared', () => {
      const nested = install(`${OTHER}\n${SPEC}`);
      expect(attribute(known, npm(1, null), nested).get(2)?.package?.name).toBe('dep');
    });
    it('keeps its name where the tree does not know it', () => {
      for (const tree of [null, { ...known, nodes: [] }]) {
        const all = attribute(tree, npm(1, null), install(SPEC), inner, prepare);
        for (const id of [2, 3, 4])
          expect(all.get(id)).toMatchObject({ package: { name: 'dep', location: clone }, why: [] });
      }
    });
    it('is not taken for another that is not from git', () => {
      const renamed = attribute(known, npm(1, null), install(`${SPEC}0`, 'inner')).get(2);
      expect(renamed).toMatchObject({ package: { name: 'inner', location: clone }, why: [] });
    });
    it('has the event prepare below a script of the project', () => {
      const setup = script(9, 0, { at: '', name: 'app', event: 'setup', run: 'npm ci' });
      const actors = [npm(0, null), setup, npm(1, 9, { environment: setup.environment })];
      const all = attribute(known, ...actors, install(SPEC, 'dep', setup.environment));
      expect(all.get(2)).toMatchObject(dep);
    });
  },
);

describe('a run that is itself part of the preparation of a git dependency', () => {
  it('names the packages of its own project', () => {
    const environment = { _PACOTE_NO_PREPARE_: SPEC };
    const actors = [
      npm(1, null, { environment }),
      script(2, 1, { at: 'node_modules/inner', name: 'inner', environment }),
    ];
    expect(attributeActors({ actors, projectRoot: PROJECT, tree: known }).get(2)).toMatchObject({
      package: { name: 'inner', location: 'node_modules/inner' },
      lifecycle: 'postinstall',
    });
  });
  it('names them in a project outside of which they lie', () => {
    const environment = { _PACOTE_NO_PREPARE_: SPEC };
    const actors = [
      npm(1, null, { environment }),
      script(2, 1, { at: '/out/inner', name: 'inner', environment }),
    ];
    expect(attributeActors({ actors, projectRoot: PROJECT, tree: known }).get(2)?.package).toEqual({
      name: 'inner',
      version: '1.0.0',
      location: '/out/inner',
    });
  });
});
