import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { callerBySudo } from '../run/caller.js';
import { shareStandardStreams } from './standard-streams.js';
import { start } from './start.js';

/*
 * What sudo runs where the caller's own namespaces are denied: `sudo-main.js ENVIRONMENT-FILE ARGUMENTS …`. Root makes
 * the namespaces; files are the caller's business, and the command runs as the caller.
 */
shareStandardStreams();
const [file = '', ...args] = process.argv.slice(2);
// sudo itself sets these two, whatever the caller's environment says (sudo(8)).
const uid = Number(process.env.SUDO_UID);
const gid = Number(process.env.SUDO_GID);
if (process.getuid?.() !== 0 || !(Number.isInteger(uid) && uid > 0) || !Number.isInteger(gid)) {
  process.stderr.write('egresslock: this program is for sudo alone; start egresslock itself\n');
  process.exit(2);
}
const caller = callerBySudo(uid, gid);
const environment = caller.asCaller(() => readEnvironment(file));
for (const name of Object.keys(process.env)) delete process.env[name];
Object.assign(process.env, environment);
// Nothing is opened early: what still becomes the caller for a moment would take half of it along.
start(args, caller, null);

/** Reads and removes the file, which must be one of the caller's own. */
function readEnvironment(path: string): Record<string, string> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const facts = fstatSync(fd);
    if (!facts.isFile() || facts.uid !== uid || (facts.mode & 0o077) !== 0) {
      throw new Error(`expected a file of user ${uid} alone at ${path}`);
    }
    return JSON.parse(readFileSync(fd, 'utf8'));
  } finally {
    closeSync(fd);
    rmSync(dirname(path), { recursive: true, force: true });
  }
}
