import { describe, expect, it } from 'vitest';
import { attributeActors } from '../../src/attribution/attribute.js';
import type { Actor } from '../../src/model/actor.js';
import type { Attribution } from '../../src/model/attribution.js';
import { actor, node, npm, PROJECT, type Script, script, tree } from './sample.js';

const known = tree(
  node('node_modules/a', ['']),
  node('node_modules/renamed', [''], { name: 'real', alias: 'renamed' }),
);
const A = { at: 'node_modules/a', name: 'a' };

function last(...actors: readonly Actor[]): Attribution {
  const all = attributeActors({ actors: [npm(1, null), ...actors], projectRoot: PROJECT, tree: known });
  return [...all.values()].at(-1)!;
}

const child = (environment: Actor['environment']): Actor => actor(3, 2, ['node', 'a.js'], { environment });

describe('no contradiction', () => {
  it.each<[string, Script]>([
    ['a package that is what it says', A],
    ['an alias by its name on disk', { at: 'node_modules/renamed', name: 'real' }],
    ['an alias by its folder', { at: 'node_modules/renamed', name: 'renamed', witness: { name: 'real' } }],
    [
      'an environment without names',
      { ...A, environment: { npm_package_name: '', npm_package_version: '' } },
    ],
    ['a manifest that could not be read', { ...A, witness: { name: null, version: null } }],
  ])('is seen in %s', (_, what) => {
    expect(last(script(2, 1, what)).contradictions).toEqual([]);
  });
  it('is an emptied environment, or an inherited one', () => {
    expect(last(script(2, 1, A), child({})).contradictions).toEqual([]);
    expect(last(script(2, 1, A), child(script(2, 1, A).environment)).contradictions).toEqual([]);
  });
  it('is what a package manager below the script sets', () => {
    const nested = [npm(3, 2), actor(4, 3, ['sh'], { environment: { npm_package_name: 'lodash' } })];
    expect(last(script(2, 1, A), ...nested).contradictions).toEqual([]);
  });
});

describe('a contradiction', () => {
  it('is another name in the environment of a child, and the package stays', () => {
    const spoofed = child({ npm_package_name: 'lodash', npm_package_version: '4.17.21' });
    expect(last(script(2, 1, A), spoofed)).toMatchObject({
      package: { name: 'a', location: 'node_modules/a' },
      contradictions: [{ field: 'name', claimed: 'lodash', witnessed: 'a' }],
    });
  });
  it('is another version in the environment of a child of the same name', () => {
    expect(
      last(script(2, 1, A), child({ npm_package_name: 'a', npm_package_version: '9.9.9' })),
    ).toMatchObject({
      package: { version: '1.0.0' },
      contradictions: [{ field: 'version', claimed: '9.9.9', witnessed: '1.0.0' }],
    });
  });
  it('is the environment of the script itself, once for all that inherit it', () => {
    const wrong = script(2, 1, { ...A, environment: { npm_package_name: 'lodash' } });
    const found = [{ field: 'name', claimed: 'lodash', witnessed: 'a' }];
    expect(last(wrong).contradictions).toEqual(found);
    expect(last(wrong, child(wrong.environment)).contradictions).toEqual(found);
  });
  it('is a manifest that was rewritten between two scripts', () => {
    const start = script(2, 1, { ...A, event: 'preinstall' });
    const second = script(3, 1, { ...A, witness: { name: 'lodash', version: '4.17.21' } });
    expect(last(start, second).contradictions).toEqual([
      { field: 'name', claimed: 'lodash', witnessed: 'a' },
      { field: 'version', claimed: '4.17.21', witnessed: '1.0.0' },
    ]);
  });
  it('is a manifest that was rewritten before the first script', () => {
    const name = script(2, 1, { ...A, witness: { name: 'lodash' } });
    expect(last(name).contradictions).toEqual([{ field: 'name', claimed: 'lodash', witnessed: 'a' }]);
    const version = script(2, 1, { ...A, witness: { version: '9.9.9' } });
    expect(last(version).contradictions).toEqual([
      { field: 'version', claimed: '9.9.9', witnessed: '1.0.0' },
    ]);
  });
  it("is another name below the project's own script", () => {
    const test = script(2, 1, { at: '', name: 'app', event: 'test' });
    expect(last(test, child({ npm_package_name: 'lodash' })).contradictions).toEqual([
      { field: 'name', claimed: 'lodash', witnessed: 'app' },
    ]);
  });
});
