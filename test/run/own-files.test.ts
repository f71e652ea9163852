import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Replaces each program below a folder by one that leaves a mark, each addon's code by traps, and data by nothing of use. */
const SPOIL = `
const fs = require('node:fs');
const path = require('node:path');
const [, , folder, mark] = process.argv;
const text = "process.getBuiltinModule('fs').writeFileSync(" + JSON.stringify(mark) + ", '');";
let spoiled = 0;
for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const file = path.join(entry.parentPath, entry.name);
  // The hook runs inside of the sandbox in any case, and is no more than a claim.
  if (!entry.isFile() || entry.name === 'hook.cjs') continue;
  if (/\\.[cm]?js$/.test(file)) fs.writeFileSync(file, text);
  else if (file.endsWith('.node')) {
    const fd = fs.openSync(file, 'r+');
    fs.writeSync(fd, Buffer.alloc(fs.fstatSync(fd).size, 0xcc));
    fs.closeSync(fd);
  } else if (/\\.(json|bin)$/.test(file)) fs.writeFileSync(file, 'spoiled');
  else continue;
  spoiled += 1;
}
console.log(spoiled);
`;

/** What egresslock needs at run time, by its own lock. */
function installedPackages(): string[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  return Object.entries<{ dev?: boolean; devOptional?: boolean }>(packages)
    .filter(([at, { dev, devOptional }]) => at !== '' && dev !== true && devOptional !== true)
    .map(([at]) => at)
    .filter((at) => existsSync(join(ROOT, at)));
}

function chownAll(folder: string, owner: number): void {
  for (const entry of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })])
    chownSync(join(folder, entry), owner, owner);
}

function installIn(folder: string, owner: number): string {
  for (const part of ['package.json', 'profiles', 'dist', ...installedPackages()]) {
    mkdirSync(dirname(join(folder, part)), { recursive: true });
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  chownAll(folder, owner);
  return join(folder, 'dist/cli/main.js');
}

describeLab("egresslock's own files", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  test.for([{ uid: 0 }, { uid: 1001 }])(
    'nothing that the command writes to them is run or believed, as uid $uid',
    async ({ uid }) => {
      const project = join(lab.folder, `project-${uid}`);
      const hostile = join(project, 'node_modules/hostile');
      mkdirSync(hostile, { recursive: true });
      writeFileSync(join(project, 'package.json'), '{"name":"app","dependencies":{"hostile":"1"}}');
      const folder = join(lab.folder, `installation-${uid}`);
      const mark = join(lab.folder, `mark-${uid}`);
      const install =
        "node -e \"require('http').get('http://web.lab.example/', (answer) => answer.resume())\"";
      const manifest = { name: 'hostile', version: '1.0.0', scripts: { install } };
      writeFileSync(join(hostile, 'package.json'), JSON.stringify(manifest));
      writeFileSync(join(project, 'spoil.js'), SPOIL);
      chownAll(project, uid);
      const main = installIn(folder, uid);

      const run = await observe(lab, ['sh', '-c', `node spoil.js ${folder} ${mark} && npm rebuild`], {
        cwd: project,
        uid,
        main,
        env: { HOME: join(project, 'home'), npm_config_update_notifier: 'false' },
      });

      expect(run.code, run.stderr).toBe(0);
      expect(Number.parseInt(run.stdout, 10)).toBeGreaterThan(100);
      expect(readFileSync(main, 'utf8')).toContain(mark);
      expect(existsSync(mark)).toBe(false);
      expect(run.report.capture.verdict).toBe('complete');
      expect(run.to('web.lab.example')).toMatchObject([
        { attributions: [{ package: { name: 'hostile', version: '1.0.0' }, why: [['app', 'hostile']] }] },
      ]);
    },
  );
});
