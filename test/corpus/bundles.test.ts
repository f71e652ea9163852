import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';
import { fetchClients } from './corpus-project.js';

const HOST = 'bundle.collect.lab.example';

/** A dependency and the project's own code, in one file. */
describeLab('bundles of esbuild', () => {
  let lab: Lab;
  let folder: string;
  beforeAll(async () => {
    const esbuild = join(fetchClients(), 'runners/node_modules/esbuild/lib/main.js');
    lab = await startLab();
    folder = join(lab.folder, 'bundled');
    mkdirSync(join(folder, 'node_modules/left'), { recursive: true });
    const files = {
      'package.json': '{ "name": "app", "version": "1.0.0", "dependencies": { "left": "1.0.0" } }',
      'index.js': `require('left')('http://left-' + process.argv[2] + '.${HOST}');\nrequire('http').get('http://own-' + process.argv[2] + '.${HOST}', (answer) => answer.resume());\n`,
      'node_modules/left/package.json': '{ "name": "left", "version": "1.0.0" }',
      'node_modules/left/index.js':
        "module.exports = (url) => require('http').get(url, (answer) => answer.resume());\n",
      'build.cjs': `const build = (name, options) => require(${JSON.stringify(esbuild)}).buildSync({ entryPoints: ['index.js'], bundle: true, platform: 'node', outfile: 'dist/' + name + '.js', ...options });
build('map', { sourcemap: true, minify: true }); build('keys', {}); build('silent', { minify: true });`,
    };
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    execFileSync(process.execPath, ['build.cjs'], { cwd: folder });
  }, 300_000);
  afterAll(() => lab?.stop());

  const left = { package: { name: 'left', version: '1.0.0' }, evidence: 'stack', why: [['app', 'left']] };
  const app = { package: { name: 'app' }, evidence: 'stack', why: [['app']] };
  test.for([
    { name: 'map', cause: left, path: 'index.js', line: 1 },
    { name: 'keys', cause: left, path: 'index.js', line: expect.any(Number) },
    { name: 'silent', cause: app, path: 'dist/silent.js', line: expect.any(Number) },
  ])('$name', async ({ name, cause, path, line }) => {
    const run = await observe(lab, ['node', `dist/${name}.js`, name], {
      cwd: folder,
      args: ['--phase', 'test'],
    });
    const [called] = run.to(`left-${name}.${HOST}`).flatMap(({ attributions }) => attributions);
    expect(called).toMatchObject(cause);
    expect(called?.stack?.frames[0]).toMatchObject({ path, line, bundle: `dist/${name}.js` });
    expect(run.to(`own-${name}.${HOST}`).flatMap(({ attributions }) => attributions)).toMatchObject([app]);
    expect(run.report.findings.filter(({ rule }) => rule === 'forged-frame')).toEqual([]);
  });
});
