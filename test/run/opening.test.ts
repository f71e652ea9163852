import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeLab, MAIN } from '../lab/lab.js';

/**
 * Runs a program beside itself in a pid namespace, ends it after so many milliseconds (never where 0), and says how it
 * ended and what is left.
 */
const WITNESS = `
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const [delay, ...argv] = process.argv.slice(1);
const left = () => fs.readdirSync('/proc')
  .filter((name) => /^[0-9]+$/.test(name) && Number(name) !== process.pid)
  .map((name) => { try { return fs.readFileSync('/proc/' + name + '/cmdline', 'utf8').replaceAll('\\0', ' '); } catch { return ''; } })
  // Nobody waits for orphans here: those that have ended have no command line any more.
  .filter((line) => line !== '');
const main = spawn(argv[0], argv.slice(1), { stdio: 'ignore' });
if (delay !== '0') setTimeout(() => main.kill('SIGKILL'), Number(delay));
main.on('exit', (code, signal) => {
  let patience = 40;
  const timer = setInterval(() => {
    if (left().length > 0 && --patience > 0) return;
    clearInterval(timer);
    console.log(JSON.stringify([signal ?? code, left()]));
  }, 250);
});
`;

const folder = mkdtempSync(join(tmpdir(), 'egresslock-opening-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function leftOf(delay: number, uid: number, args: readonly string[]): unknown {
  const as = uid === 0 ? [] : ['setpriv', '--reuid', `${uid}`, '--regid', `${uid}`, '--clear-groups', '--'];
  const witness = [process.execPath, '-e', WITNESS, String(delay)];
  const program = [...as, process.execPath, MAIN, ...args];
  const inside = ['--pid', '--fork', '--mount-proc', '--', ...witness, ...program];
  return JSON.parse(execFileSync('unshare', inside, { encoding: 'utf8' }));
}

describeLab('what is begun before the command line is read', () => {
  test.each([0, 1001])('is gone after a wrong use and after help, as uid %d', (uid) => {
    expect(leftOf(0, uid, ['run', '--no-such-option'])).toEqual([2, []]);
    expect(leftOf(0, uid, ['run', '--config', '/no/such/file', '--', 'true'])).toEqual([2, []]);
    expect(leftOf(0, uid, ['run', '--help'])).toEqual([0, []]);
  });

  test.each([50, 100, 150, 200, 250, 300, 400])('is gone when egresslock is killed after %d ms', (delay) => {
    const args = ['run', '--db', join(folder, 'db'), '--', 'sleep', '60'];
    expect(leftOf(delay, 0, args)).toEqual(['SIGKILL', []]);
  });
});
