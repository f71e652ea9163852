import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { namesAtPort, observe, type ReportedRun } from '../lab/report.js';

/** Calls what it is given, as many an honest package does, and makes a connection of its own. */
const VICTIM = `
const net = require('net');
exports.call = (action) => action();
exports.connect = (port, host, done = () => {}) => net.connect(port, host).on('error', () => {}).on('close', done);
`;

/** What each trick has in common. Frames are the engine's in the hook's lists, and claims in what it sends. */
const COMMON = `
const fs = require('fs');
const [descriptor] = process.env.EGRESSLOCK_HOOK.split(':').map(Number);
const { apply, ownKeys } = Reflect;
const { isArray } = Array;
const includes = String.prototype.includes;
const has = (text, part) => typeof text === 'string' && apply(includes, text, [part]);
const isSite = (value) => typeof value === 'object' && value !== null && typeof value.getFileName === 'function';
const isMine = (site) => has(isSite(site) ? fileOf(site) : site?.file, '/liar/');
Error.prepareStackTrace = (_, sites) => sites;
const sites = Object.getPrototypeOf(new Error().stack[0]);
delete Error.prepareStackTrace;
const getFileName = sites.getFileName;
const fileOf = (site) => apply(getFileName, site, []);
const file = require.resolve('victim');
const hash = require('crypto').createHash('sha256').update(fs.readFileSync(file)).digest('hex');
const frame = { file, line: 3, column: 28, function: null, isAsync: false, isEval: false, hash };
const notMine = (list) => { const kept = []; for (let i = 0; i < list.length; i += 1) if (!isMine(list[i])) kept[kept.length] = list[i]; return kept; };
const replace = (owner, key, make) => { const before = owner[key]; owner[key] = make(before); };
let seq = 900;
const forge = (token, socket) => {
  const { remoteAddress: address, remotePort: port, localPort } = socket;
  for (const claim of [{ kind: 'stack', id: 700, frames: [frame] }, { kind: 'request', socket: 1, stack: 700 }, { kind: 'request', socket: 2, stack: 700 }]) {
    seq += 1;
    fs.writeSync(descriptor, token + ' ' + JSON.stringify({ thread: 0, seq, ...claim }));
  }
};
const tokenIn = (bytes) => /([0-9a-f]{32}) \\{"thread"/.exec(Buffer.from(bytes).toString('latin1'))?.[1] ?? null;
let stolen = null;
const steal = (bytes) => { stolen ??= tokenIn(new Uint8Array(bytes.buffer, 0, 8192)); };
`;

/**
 * Each is the body of a function that is called before the liar connects; it may return what is to be done after that, or
 * null where it has connected itself.
 */
const TRICKS: Readonly<Record<string, string>> = {
  nothing: '',
  'the pool of short buffers': `return (socket) => { const token = tokenIn(Buffer.from('a').buffer); if (token) forge(token, socket); };`,
  'String.prototype.startsWith': `replace(String.prototype, 'startsWith', (old) => function (part) { return (part === 'node:' && has(String(this), '/liar/')) || apply(old, this, arguments); });`,
  'Array.prototype.push': `replace(Array.prototype, 'push', (old) => function (one) { return isMine(one) ? 0 : apply(old, this, arguments); });`,
  'Array.prototype.slice': `replace(Array.prototype, 'slice', (old) => function () { return apply(old, isSite(this[0]) ? notMine(this) : this, arguments); });`,
  'Array.prototype.map': `replace(Array.prototype, 'map', (old) => function () { return apply(old, isSite(this[0]) ? notMine(this) : this, arguments); });`,
  'Array.prototype[Symbol.iterator]': `replace(Array.prototype, Symbol.iterator, (old) => function () { return apply(old, isSite(this[0]) ? notMine(this) : this, arguments); });`,
  'a setter for the first of a list': `Object.defineProperty(Array.prototype, '0', { configurable: true, get: () => undefined, set(value) { Object.defineProperty(this, '0', { value: isMine(value) ? frame : value, writable: true, enumerable: true, configurable: true }); } });`,
  'Map.prototype.get': `replace(Map.prototype, 'get', (old) => function (key) { return has(key, '/liar/') ? 1 : apply(old, this, arguments); });`,
  'WeakMap.prototype.get': `let theirs = null; replace(WeakMap.prototype, 'get', (old) => function (key) { const found = apply(old, this, arguments); if (found && ownKeys(found).includes('stack') && ownKeys(found).includes('id')) { theirs ??= found; return theirs; } return found; }); require('victim').connect(1, '127.0.0.1');`,
  'WeakMap.prototype.set': `let theirs = null; replace(WeakMap.prototype, 'set', (old) => function (key, value) { if (value && ownKeys(value).includes('stack') && ownKeys(value).includes('id')) { theirs ??= value; return apply(old, this, [key, theirs]); } return apply(old, this, arguments); }); require('victim').connect(1, '127.0.0.1');`,
  'Object.prototype.toJSON': `Object.defineProperty(Object.prototype, 'toJSON', { configurable: true, value() { return this.kind === 'stack' ? { thread: this.thread, seq: this.seq, kind: 'stack', id: this.id, frames: notMine(this.frames) } : this; } });`,
  'Array.prototype.toJSON': `Object.defineProperty(Array.prototype, 'toJSON', { configurable: true, value() { return isArray(this) && this[0]?.file ? notMine(this) : this; } });`,
  'what Node writes with': `const binding = process.binding('fs'); replace(binding, 'writeBuffer', (old) => function (_, bytes) { steal(bytes); return apply(old, this, arguments); }); return (socket) => stolen && forge(stolen, socket);`,
  'an accessor of what Node writes with': `const binding = process.binding('fs'); const old = binding.writeBuffer; Object.defineProperty(Object.prototype, 'value', { configurable: true, get: () => old, set(value) { Object.defineProperty(this, 'value', { value, writable: true, enumerable: true, configurable: true }); } }); Object.defineProperty(binding, 'writeBuffer', { __proto__: null, configurable: true, get: () => function (_, bytes) { steal(bytes); return apply(old, this, arguments); } }); return (socket) => stolen && forge(stolen, socket);`,
  byteLength: `const array = Object.getPrototypeOf(Uint8Array.prototype); const { get } = Object.getOwnPropertyDescriptor(array, 'byteLength'); Object.defineProperty(array, 'byteLength', { configurable: true, get() { steal(this); return apply(get, this, []); } }); return (socket) => stolen && forge(stolen, socket);`,
  'what makes a realm': `const vm = require('vm'); replace(vm.Script.prototype, 'runInContext', (old) => function () { const made = apply(old, this, arguments); return typeof made === 'function' ? class { get stack() { return notMine(new made().stack); } } : made; });`,
  'what makes a realm, below': `const below = Object.getPrototypeOf(require('vm').Script.prototype); replace(below, 'runInContext', (old) => function () { const made = apply(old, this, arguments); return typeof made === 'function' ? class { get stack() { return notMine(new made().stack); } } : made; });`,
  'the store of an async context': `process.on('uncaughtException', () => {}); replace(require('async_hooks').AsyncLocalStorage.prototype, 'getStore', () => () => 1); setTimeout(require('net').connect, 5, port, host); return null;`,
};

const PORT = 20_000;
const HOST = 'web.lab.example';

describeLab('what a hostile package does to the hook of its process', () => {
  let lab: Lab;
  let run: ReportedRun;
  const names = Object.keys(TRICKS);

  beforeAll(async () => {
    lab = await startLab();
    const project = join(lab.folder, 'forgery');
    const tricks = Object.entries(TRICKS).map(
      ([name, body]) => `${JSON.stringify(name)}(port, host) { ${body} }`,
    );
    const code = `${COMMON}
const tricks = { ${tricks.join(',\n')} };
module.exports = (name, port) => {
  const after = tricks[name](port, '${HOST}');
  if (after === null) return;
  require('victim').call(() => {
    const socket = require('net').connect(port, '${HOST}');
    socket.on('error', () => {}).on('lookup', () => after?.(socket)).on('close', () => after?.(socket));
  });
};`;
    for (const [name, text] of [
      ['victim', VICTIM],
      ['liar', code],
    ] as const) {
      const folder = join(project, 'node_modules', name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
      writeFileSync(join(folder, 'index.js'), text);
    }
    writeFileSync(
      join(project, 'package.json'),
      '{"name":"app","version":"1.0.0","dependencies":{"liar":"1","victim":"1"}}',
    );
    // The victim's own stack is told first, so that there is something to be taken for.
    writeFileSync(
      join(project, 'one.js'),
      `const [, , name, port] = process.argv;
       // What is replaced breaks Node's own choice between two addresses as well, if it has to be made.
       require('net').setDefaultAutoSelectFamily(false);
       const lie = () => require('liar')(name, Number(port));
       if (name.startsWith('what makes')) lie(); else require('victim').connect(19999, '${HOST}', lie);`,
    );
    writeFileSync(
      join(project, 'all.js'),
      `const { spawnSync } = require('child_process');
       ${JSON.stringify(names)}.forEach((name, at) => {
         const { status, stderr } = spawnSync(process.execPath, ['one.js', name, String(${PORT} + at)], { timeout: 20000 });
         if (status !== 0) console.error('failed:', name, status, String(stderr));
       });`,
    );
    run = await observe(lab, ['node', 'all.js'], { cwd: project });
  }, 120_000);
  afterAll(() => lab?.stop());

  test('both are named by what they do themselves', () => {
    expect(run.stderr).not.toContain('failed:');
    expect(namesAtPort(run, PORT - 1)).toEqual(['victim']);
    expect(namesAtPort(run, PORT)).toEqual(['liar']);
  });

  test.each(names.slice(1).map((name, at) => [name, PORT + 1 + at] as const))('%s', (_, port) => {
    const named = namesAtPort(run, port);
    expect(named).not.toEqual([]);
    expect(named).not.toContain('victim');
    expect(named).not.toContain('app');
  });

  test('code that is laid into another package in the run proves nothing', async () => {
    writeFileSync(
      join(lab.folder, 'forgery', 'lay.js'),
      `const fs = require('fs');
       fs.mkdirSync('node_modules/victim/lib');
       for (const file of ['node_modules/victim/lib/new.js', 'node_modules/liar/moved/old.js']) {
         if (!fs.existsSync(file)) fs.writeFileSync(file, fs.readFileSync('node_modules/victim/index.js'));
       }
       fs.renameSync('node_modules/liar/moved', 'node_modules/victim/moved');
       require('./node_modules/victim/lib/new.js').connect(18001, '${HOST}');
       require('./node_modules/victim/moved/old.js').connect(18002, '${HOST}');
       require('victim').connect(18003, '${HOST}');`,
    );
    const moved = join(lab.folder, 'forgery', 'node_modules', 'liar', 'moved');
    mkdirSync(moved);
    writeFileSync(join(moved, 'old.js'), VICTIM);
    const project = join(lab.folder, 'forgery');
    const evidence = (one: ReportedRun, port: number) =>
      one.report.destinations
        .filter((to) => to.port === port)
        .flatMap((to) => to.attributions.map((by) => by.evidence));
    expect(evidence(run, PORT - 1)).toEqual(['stack+hash']);
    const laid = await observe(lab, ['node', 'lay.js'], { cwd: project });
    expect([18001, 18002, 18003].map((port) => evidence(laid, port))).toEqual([
      ['stack'],
      ['stack'],
      ['stack'],
    ]);
  });
});
