import { describe, expect, it } from 'vitest';
import { attributeActors } from '../../src/attribution/attribute.js';
import type { Actor } from '../../src/model/actor.js';
import type { Attribution } from '../../src/model/attribution.js';
import { actor, node, npm, PROJECT, script, tree } from './sample.js';

const LODASH = { at: 'node_modules/lodash', name: 'lodash', run: 'node lodash.js' };
const EVIL = { at: 'node_modules/evil', name: 'evil', run: 'node evil.js' };
const project = tree(
  node('node_modules/evil', ['']),
  node('node_modules/lodash', ['node_modules/evil']),
  node('packages/one', [''], { name: 'one', alias: 'one' }),
);

/** The attribution of each actor, in order. */
function attribute(...actors: readonly Actor[]): Attribution[] {
  return [...attributeActors({ actors, projectRoot: PROJECT, tree: project }).values()];
}

/** Location of the package, else the manager, else the evidence. */
function owners(...actors: readonly Actor[]): string[] {
  return attribute(...actors).map((one) => one.package?.location ?? one.manager ?? one.evidence);
}

describe("a dependency's script", () => {
  it('names the package, the event, the text and the chains', () => {
    const [manager, shell] = attribute(npm(1, null), script(2, 1, EVIL));
    expect(manager).toMatchObject({ evidence: 'package-manager', manager: 'npm', package: null, why: [] });
    expect(shell).toEqual({
      actorId: 2,
      package: { name: 'evil', version: '1.0.0', location: 'node_modules/evil' },
      evidence: 'exec-lineage',
      manager: null,
      lifecycle: 'postinstall',
      script: 'node evil.js',
      why: [['app', 'evil']],
      contradictions: [],
      stack: null,
    });
  });
  it('is one without a shell, where the manager interprets it', () => {
    const direct = { ...script(2, 1, EVIL), argv: ['node', 'evil.js'], executable: '/usr/bin/node' };
    expect(owners(npm(1, null), direct)).toEqual(['npm', 'node_modules/evil']);
  });
  it('is one in a shell that the manager has given more to do', () => {
    const trap = { ...script(2, 1, EVIL), argv: ['sh', '-c', `trap 'exit 1' INT; ${EVIL.run}`] };
    expect(owners(npm(1, null), trap)).toEqual(['npm', 'node_modules/evil']);
  });
  it('keeps all that it starts: the orphan, the emptied environment, the renamed program', () => {
    const started = [
      actor(3, 2, ['node', 'evil.js']),
      actor(4, 3, ['curl', 'https://a.example'], { cwd: '/', environment: {} }),
      actor(5, 4, ['npm'], { executable: '/tmp/npm' }),
    ];
    const evil = 'node_modules/evil';
    expect(owners(npm(1, null), script(2, 1, EVIL), ...started)).toEqual(['npm', evil, evil, evil, evil]);
  });
  it('keeps what a package manager below it starts, even scripts of other packages', () => {
    const evil = 'node_modules/evil';
    expect(owners(npm(1, null), script(2, 1, EVIL), npm(3, 2), script(4, 3, LODASH))).toEqual([
      'npm',
      evil,
      evil,
      evil,
    ]);
  });
  it('keeps a child that claims to be a script of another package', () => {
    const fake = actor(3, 2, ['sh', '-c', LODASH.run], script(3, 2, LODASH));
    expect(attribute(npm(1, null), script(2, 1, EVIL), fake)[2]?.package?.name).toBe('evil');
  });
});

describe('what is no script', () => {
  it.each(['git', 'git-remote-https', 'ssh', 'tar'])("is the package manager's own %s", (program) => {
    expect(owners(npm(1, null), actor(2, 1, [program]), actor(3, 2, ['ssh']))).toEqual(['npm', 'npm', 'npm']);
  });
  it.each([['node', 'tool.js'], ['curl'], ['sh', '-c', 'tar x']])('is a process: %s', (...argv) => {
    expect(owners(npm(1, null), actor(2, 1, argv))).toEqual(['npm', 'process-only']);
  });
  it('is a process where a program only calls git', () => {
    expect(owners(actor(1, null, ['sh', '-c', 'git']), actor(2, 1, ['git']))).toEqual([
      'process-only',
      'process-only',
    ]);
  });
  it('is the command of npx, whose event no manifest declares', () => {
    const npx = actor(1, null, ['node', '/usr/bin/npx', 'cowsay']);
    const what = { at: '', name: 'app', event: 'npx', run: 'cowsay', witness: { declared: null } };
    expect(owners(npx, script(2, 1, what), actor(3, 2, ['node', 'cowsay']))).toEqual([
      'npm',
      'process-only',
      'process-only',
    ]);
  });
  it('is a child of the command that claims a manifest without a package manager', () => {
    expect(owners(actor(1, null, ['node', 'test.js']), script(2, 1, LODASH))).toEqual([
      'process-only',
      'process-only',
    ]);
  });
  it('is what a fake package manager starts, where the manifest declares another text', () => {
    const other = script(3, 2, { ...LODASH, run: 'node steal.js', witness: { declared: LODASH.run } });
    expect(owners(actor(1, null, ['node', 'x.js']), npm(2, 1), other)[2]).toBe('process-only');
  });
  it('is a package manager further down than the command', () => {
    expect(owners(actor(1, null, ['sh', '-c', 'npm ci']), npm(2, 1), script(3, 2, EVIL))).toEqual([
      'process-only',
      'npm',
      'node_modules/evil',
    ]);
  });
});

describe("the project's own script", () => {
  const setup = { at: '', name: 'app', event: 'setup', run: 'npm ci' };

  it('is of the root, and of a workspace in it', () => {
    const workspace = script(3, 1, { at: 'packages/one', name: 'one', run: 'node one.js' });
    const [, root, one] = attribute(npm(1, null), script(2, 1, setup), workspace);
    expect(root).toMatchObject({ package: { name: 'app', location: '' }, why: [['app']] });
    expect(one).toMatchObject({ package: { name: 'one', location: 'packages/one' }, why: [['app', 'one']] });
  });
  it('gives way to the scripts of a package manager below it, the same program', () => {
    expect(owners(npm(1, null), script(2, 1, setup), npm(3, 2), script(4, 3, EVIL))).toEqual([
      'npm',
      '',
      '',
      'node_modules/evil',
    ]);
  });
  it('gives way to the program that the package manager announces as itself', () => {
    const announced = actor(3, 2, ['node', '/usr/lib/node_modules/npm/bin/npm-cli.js', 'ci']);
    expect(owners(npm(1, null), script(2, 1, setup), announced, script(4, 3, EVIL))[3]).toBe(
      'node_modules/evil',
    );
  });
  it.each([
    ['/work/app/node_modules/evil/npm', PROJECT],
    ['npm', '/usr/bin/../bin/evil'],
    ['npm', '/work/app/node_modules/evil'],
  ])('does not give way to another program called npm: %s in %s', (program, cwd) => {
    const fake = actor(3, 2, ['node', program, 'ci'], { cwd });
    expect(owners(npm(1, null), script(2, 1, setup), fake, script(4, 3, LODASH))).toEqual([
      'npm',
      '',
      '',
      '',
    ]);
  });
  it('does not give way to a program of the same relative path in another folder', () => {
    const yarn = ['node', '.yarn/releases/yarn-4.9.1.cjs', 'install'];
    const inside = { cwd: `${PROJECT}/node_modules/evil` };
    const start = script(2, 1, { ...setup, environment: { npm_execpath: '' } });
    expect(owners(actor(1, null, yarn), start, actor(3, 2, yarn, inside), script(4, 3, LODASH))[3]).toBe('');
    expect(owners(actor(1, null, yarn), start, actor(3, 2, yarn), script(4, 3, LODASH))[3]).toBe(
      'node_modules/lodash',
    );
  });
  it('does not give way to a program that is no package manager', () => {
    expect(
      owners(npm(1, null), script(2, 1, setup), actor(3, 2, ['node', 't.js']), script(4, 3, LODASH)),
    ).toEqual(['npm', '', '', '']);
  });
  it("binds a dependency's script for good, whatever that one starts", () => {
    const actors = [npm(1, null), script(2, 1, setup), npm(3, 2), script(4, 3, EVIL), npm(5, 4)];
    expect(owners(...actors, script(6, 5, LODASH))[5]).toBe('node_modules/evil');
  });
});

describe('lineage', () => {
  it('ends at a parent that is not known', () => {
    expect(owners(script(2, 77, LODASH))).toEqual(['process-only']);
  });
  it('names packages without a tree', () => {
    const input = { actors: [npm(1, null), script(2, 1, EVIL)], projectRoot: PROJECT, tree: null };
    expect(attributeActors(input).get(2)).toMatchObject({
      package: { name: 'evil', version: '1.0.0', location: 'node_modules/evil' },
      why: [],
    });
  });
});
