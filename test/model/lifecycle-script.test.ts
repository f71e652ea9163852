import { describe, expect, it } from 'vitest';
import { identifyingDirectory, startsLifecycleScript } from '../../src/model/lifecycle.js';

const OUTER = {
  npm_lifecycle_event: 'setup',
  npm_lifecycle_script: 'npm ci',
  npm_package_json: '/work/app/package.json',
  npm_package_name: 'app',
};
const SCRIPT = {
  npm_lifecycle_event: 'postinstall',
  npm_lifecycle_script: 'node install.js',
  npm_package_json: '/work/app/node_modules/a/package.json',
  npm_package_name: 'a',
};
const CLONE = '/root/.npm/_cacache/tmp/git-clone1';

describe('startsLifecycleScript', () => {
  it('is true for a child of a package manager with a script of its own', () => {
    expect(startsLifecycleScript(SCRIPT, {}, () => true)).toBe(true);
    expect(startsLifecycleScript(SCRIPT, OUTER, () => true)).toBe(true);
  });
  it('is true for pnpm 9, which sets a folder and no manifest', () => {
    const environment = { PNPM_SCRIPT_SRC_DIR: '/work/app/node_modules/.pnpm/a@1.0.0/node_modules/a' };
    expect(startsLifecycleScript(environment, {}, () => true)).toBe(true);
  });
  it('is true for the next event of the same package', () => {
    expect(startsLifecycleScript({ ...SCRIPT, npm_lifecycle_event: 'install' }, SCRIPT, () => true)).toBe(
      true,
    );
  });
  it('is false where the parent is no package manager', () => {
    expect(startsLifecycleScript(SCRIPT, OUTER, () => false)).toBe(false);
  });
  it('is false for what a manager starts with the values of the script that it runs in', () => {
    expect(startsLifecycleScript(OUTER, OUTER, () => true)).toBe(false);
    expect(startsLifecycleScript({ ...OUTER, npm_command: 'ci' }, OUTER, () => true)).toBe(false);
  });
  it('is false where only a name is claimed', () => {
    expect(startsLifecycleScript({ npm_package_name: 'lodash' }, {}, () => true)).toBe(false);
    expect(startsLifecycleScript({}, OUTER, () => true)).toBe(false);
  });
  it('is true for the nested install of a git dependency, once', () => {
    const first = { _PACOTE_NO_PREPARE_: 'git+file:///a#1' };
    expect(startsLifecycleScript(first, {}, () => true)).toBe(true);
    expect(startsLifecycleScript(first, first, () => true)).toBe(false);
    expect(startsLifecycleScript({ _PACOTE_NO_PREPARE_: 'git+file:///a#1\nb' }, first, () => true)).toBe(
      true,
    );
    expect(startsLifecycleScript(first, {}, () => false)).toBe(false);
  });
});

describe('identifyingDirectory', () => {
  it('is the folder of npm_package_json, before all else', () => {
    const environment = { ...SCRIPT, PNPM_SCRIPT_SRC_DIR: '/elsewhere' };
    expect(identifyingDirectory(environment, {}, '/tmp')).toEqual({
      directory: '/work/app/node_modules/a',
      source: 'npm_package_json',
    });
  });
  it('is PNPM_SCRIPT_SRC_DIR where there is no manifest, else the cwd', () => {
    expect(identifyingDirectory({ PNPM_SCRIPT_SRC_DIR: '/p/a' }, {}, '/tmp')).toEqual({
      directory: '/p/a',
      source: 'PNPM_SCRIPT_SRC_DIR',
    });
    expect(identifyingDirectory({}, {}, '/p/b')).toEqual({ directory: '/p/b', source: 'cwd' });
  });
  it('takes no value that the manager itself has inherited from a script further out', () => {
    const inherited = { ...OUTER, PNPM_SCRIPT_SRC_DIR: '/work/app' };
    const child = { ...inherited, npm_lifecycle_event: 'postinstall' };
    expect(identifyingDirectory(child, inherited, '/work/app/node_modules/a')).toEqual({
      directory: '/work/app/node_modules/a',
      source: 'cwd',
    });
    expect(identifyingDirectory({ ...child, PNPM_SCRIPT_SRC_DIR: '/p/a' }, inherited, '/tmp').directory).toBe(
      '/p/a',
    );
  });
  it.each(['package.json', 'node_modules/a/package.json', '/p/a/other.json', '/p/apackage.json', ''])(
    'takes no manifest that is not an absolute path of a package.json: %j',
    (path) => {
      expect(identifyingDirectory({ npm_package_json: path }, {}, '/p/b').source).toBe('cwd');
    },
  );
  it('may be the root of the file system', () => {
    expect(identifyingDirectory({ npm_package_json: '/package.json' }, {}, '/p').directory).toBe('/');
  });
  it('is the clone for the nested install of a git dependency, whatever it has inherited', () => {
    const environment = { ...OUTER, _PACOTE_NO_PREPARE_: 'git+file:///a#1' };
    expect(identifyingDirectory(environment, {}, CLONE)).toEqual({ directory: CLONE, source: 'cwd' });
  });
});
