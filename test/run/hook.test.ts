import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe } from '../lab/report.js';

/** Prints what a program can see of the functions that the hook wraps, and ends by itself. */
const LOOK = `
const all = {
  connect: require('net').Socket.prototype.connect, send: require('dgram').Socket.prototype.send,
  addRequest: require('http').Agent.prototype.addRequest, onSocket: require('http').ClientRequest.prototype.onSocket,
  fetch, setTimeout, setInterval, setImmediate, queueMicrotask, nextTick: process.nextTick,
  toString: Function.prototype.toString, Worker: require('worker_threads').Worker,
};
for (const [name, one] of Object.entries(all)) {
  console.log(name, one.name, one.length, String(one), Function.prototype.toString.call(one), typeof one.prototype, Object.keys(one));
}
console.log(require('util').promisify(setTimeout) === require('timers/promises').setTimeout);
console.log(Object.keys(globalThis), process.getActiveResourcesInfo(), process._getActiveHandles().length);
Error.stackTraceLimit = 50;
for (const wrong of [() => require('net').connect(-1), () => require('dgram').createSocket('udp4').send('x', -1), () => setTimeout('x')]) {
  try { wrong(); } catch (error) { console.log(error.name, error.code, error.stack); }
}
class More extends require('worker_threads').Worker {}
console.log(More.name, new More('0', { eval: true }).on('exit', (code) => console.log('exit', code)) instanceof More);
fetch('nothing:').catch((error) => console.log(error.name, error.message));
require('dns').lookup('127.0.0.1', (error, address) => console.log(error, address));
`;

/** A package that says it was another one: on the hook's own channel, and with numbers of its own. */
const LIAR = `
const fs = require('fs');
const net = require('net');
const [descriptor] = process.env.EGRESSLOCK_HOOK.split(':').map(Number);
Object.prototype.toJSON = function () { return Reflect.ownKeys(this).includes('kind') ? { ...this, toJSON: undefined, stolen: true } : this; };
delete Object.prototype.toJSON;
const file = require.resolve('victim');
const hash = require('crypto').createHash('sha256').update(fs.readFileSync(file)).digest('hex');
const frame = { file, line: 1, column: 1, function: null, isAsync: false, isEval: false, hash };
const say = (token, claim) => fs.writeSync(descriptor, token + ' ' + JSON.stringify({ thread: 0, seq: 900, ...claim }));
module.exports = (host) => new Promise((done) => {
  const socket = net.connect(80, host, () => {
    const { remoteAddress: address, remotePort: port, localPort } = socket;
    for (const thread of [0, 7]) {
      say('mine', { thread, kind: 'hello', version: 'v1' });
      say('mine', { thread, kind: 'stack', id: 1, frames: [frame] });
      say('mine', { thread, kind: 'connect', address, port, localPort, host, socket: 1, stack: 1 });
    }
    fs.writeSync(descriptor, 'nothing at all');
    socket.end();
  });
  socket.on('close', done);
  socket.on('error', done);
});
`;

describeLab('the hook', () => {
  let lab: Lab;
  let project: string;
  beforeAll(async () => {
    lab = await startLab();
    project = join(lab.folder, 'project');
    for (const [name, code] of [
      ['liar', LIAR],
      ['victim', 'module.exports = 1;'],
      ['caller', "module.exports = (host) => require('net').connect(81, host).on('error', () => {});"],
    ] as const) {
      mkdirSync(join(project, 'node_modules', name), { recursive: true });
      writeFileSync(
        join(project, 'node_modules', name, 'package.json'),
        JSON.stringify({ name, version: '1.0.0' }),
      );
      writeFileSync(join(project, 'node_modules', name, 'index.js'), code);
    }
    writeFileSync(
      join(project, 'package.json'),
      '{"name":"app","version":"1.0.0","dependencies":{"liar":"1","victim":"1"}}',
    );
    writeFileSync(join(project, 'look.js'), LOOK);
    writeFileSync(
      join(project, 'session.js'),
      "new (require('inspector').Session)().connect(); require('./call.js');",
    );
    writeFileSync(
      join(project, 'signal.js'),
      "process.kill(process.pid, 'SIGUSR1'); setTimeout(() => { require('./call.js'); }, 500);",
    );
    writeFileSync(
      join(project, 'call.js'),
      "require('caller')('web.lab.example').on('close', () => process.exit());",
    );
    writeFileSync(join(project, 'lie.js'), "require('liar')('web.lab.example');");
    writeFileSync(
      join(project, 'flood.js'),
      `const fs = require('fs');
       const [descriptor] = process.env.EGRESSLOCK_HOOK.split(':').map(Number);
       let refused = 0;
       for (let i = 0; i < 50000; i += 1) {
         try { fs.writeSync(descriptor, 'x '.repeat(500)); } catch (error) { refused += error.code === 'EAGAIN' ? 1 : 0; }
       }
       console.log(refused);
       require('dns').lookup('web.lab.example', () => {});`,
    );
    writeFileSync(join(project, 'shut.py'), SHUT);
  });
  afterAll(() => lab?.stop());

  test('a program sees the same with it as without it', async () => {
    const outputs = [];
    for (const args of [['--no-hook'], []]) {
      const run = await observe(lab, ['node', 'look.js'], { cwd: project, args });
      expect(run.code, run.stderr).toBe(0);
      outputs.push(run.stdout);
    }
    expect(outputs[1]).toBe(outputs[0]);
    expect(outputs[0]?.length).toBeGreaterThan(1000);
  });

  test('records that are not its own name nobody, and are a finding', async () => {
    const run = await observe(lab, ['node', 'lie.js'], { cwd: project });
    const names = run
      .to('web.lab.example')
      .flatMap((to) => to.attributions.map((one) => one.package?.name ?? null));
    expect(names).toEqual(['liar']);
    expect(run.report.findings).toContainEqual(
      expect.objectContaining({ rule: 'hook-lost', severity: 'high' }),
    );
    expect(run.report.capture.hook?.malformed).toBe(7);
  });

  test.for([
    ['call.js', 'stack+hash', 0],
    ['session.js', 'stack', 1],
    ['signal.js', 'stack', 1],
    ['--inspect=0 call.js', 'process-only', 1],
  ] as const)('who may be debugged proves nothing: %s', async ([line, evidence, findings]) => {
    const run = await observe(lab, ['node', ...line.split(' ')], { cwd: project });
    const named = run.to('web.lab.example').flatMap((to) => to.attributions.map((one) => one.evidence));
    expect(named).toEqual([evidence]);
    expect(run.report.findings.filter(({ rule }) => rule === 'hook-lost')).toHaveLength(findings);
  });

  test('an ordinary user has the same proof', async () => {
    const run = await observe(lab, ['node', 'call.js'], { cwd: project, uid: 1001 });
    const [to] = run.to('web.lab.example');
    expect(to?.attributions).toMatchObject([{ package: { name: 'caller' }, evidence: 'stack+hash' }]);
    expect(run.report.capture.hook?.malformed).toBe(0);
  });

  test('a Node that has come in the run is not believed, and not accused', async () => {
    const script = 'cp "$(node -p process.execPath)" node && ./node call.js; rm node';
    const run = await observe(lab, ['sh', '-c', script], { cwd: project });
    const named = run.to('web.lab.example').flatMap((to) => to.attributions.map((one) => one.evidence));
    expect(named).toEqual(['process-only']);
    expect(run.report.capture.hook?.malformed).toBe(0);
    expect(run.report.findings.filter(({ rule }) => rule === 'hook-lost')).toMatchObject([
      { severity: 'medium', package: './node call.js' },
    ]);
  });

  test('a flood on its channel holds nothing up, and is a finding', async () => {
    const run = await observe(lab, ['node', 'flood.js'], { cwd: project });
    expect(run.code, run.stderr).toBe(120);
    expect(Number(run.stdout)).toBeGreaterThan(0);
    expect(run.report.capture.hook?.malformed).toBeGreaterThan(100);
    expect(run.report.findings.map(({ rule }) => rule)).toContain('hook-lost');
    expect(run.to('web.lab.example')).toHaveLength(1);
    expect(run.report.capture.verdict).toBe('complete');
  });

  test('whoever shuts the channel is seen to', async () => {
    const run = await observe(lab, ['sh', '-c', 'python3 shut.py; node lie.js'], { cwd: project });
    expect(run.report.capture.hook?.isCut).toBe(true);
    expect(run.report.findings.map(({ rule }) => rule)).toContain('hook-lost');
    const named = run.to('web.lab.example').flatMap((to) => to.attributions.map((one) => one.package));
    expect(named).toEqual([null]);
  });

  test('without it nothing is asked, and nothing is told', async () => {
    const run = await observe(lab, ['node', 'lie.js'], {
      cwd: project,
      args: ['--no-hook'],
      env: { EGRESSLOCK_HOOK: '' },
    });
    expect(run.report.capture.hook).toBeUndefined();
  });
});

const SHUT = `
import os, socket
name = os.environ['EGRESSLOCK_HOOK'].split(':')
socket.socket(fileno=int(name[0])).shutdown(socket.SHUT_RDWR)
`;
