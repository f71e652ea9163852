import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOCK_VERSION, type LockRow } from '../../src/model/lock.js';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe, type ReportedRun } from '../lab/report.js';

/** What each of the packages can do; both have the same code, and one process loads both. */
const WAYS = `
const http = require('http');
const name = require('./package.json').name;
const drain = (response, done) => response.resume().on('end', () => done(response.statusCode)).on('error', () => done('error'));
exports.get = (agent, host = 'web.lab.example') => new Promise((done) =>
  http.get({ host, path: '/' + name + '/get', agent }, (response) => drain(response, done)).on('error', (error) => done(error.code)));
exports.fetch = () => fetch('http://web.lab.example/' + name + '/fetch')
  .then((response) => response.text()).then(() => 200, (error) => error.cause?.code ?? error.message);
exports.send = () => new Promise((done) => {
  const socket = require('dgram').createSocket('udp4');
  socket.on('error', (error) => done(error.code));
  socket.on('message', () => { socket.close(); done('answered'); });
  socket.connect(7, 'web.lab.example', (error) => {
    if (error) return done(error.code);
    socket.send(name);
    setTimeout(() => done('silence'), 2000).unref();
  });
});
exports.socket = () => new Promise((done) => {
  const socket = require('dgram').createSocket('udp4');
  socket.answers = [];
  socket.on('message', (message) => socket.answers.push(String(message)));
  socket.on('error', () => {});
  require('dns').lookup('web.lab.example', () => {
    socket.once('message', () => done(socket));
    exports.say(socket, 'first');
  });
});
exports.say = (socket, text) => socket.send(name + ' ' + text, 7, '198.51.100.30');
exports.stream = (session) => new Promise((done) => {
  const request = session.request({ ':path': '/' + name + '/stream' });
  request.on('response', (headers) => done(headers[':status']));
  request.on('error', (error) => done(error.code));
  request.on('close', () => done('closed'));
  request.resume();
  request.end();
});
exports.session = () => require('http2').connect('https://web.lab.example', { rejectUnauthorized: false });
exports.fork = () => new Promise((done) => {
  const child = require('child_process').spawn(process.execPath, [__dirname + '/alone.js'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => { text += chunk; });
  child.on('close', () => done(text.trim()));
});
`;
const FROM_THREAD = "require('./index.js').get();";
const ALONE = "require('./index.js').get().then(console.log);";

const row = (name: string, port: number, protocol: LockRow['protocol']): LockRow => ({
  package: name,
  phase: 'test',
  host: 'web.lab.example',
  port,
  protocol,
});

/** `left` has accepted rows, `right` has none, and they run in one process. */
describeLab('enforce, by package within one process', () => {
  let lab: Lab;
  let project: string;
  beforeAll(async () => {
    lab = await startLab();
    project = join(lab.folder, 'inside');
    for (const name of ['left', 'right']) {
      const folder = join(project, 'node_modules', name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
      writeFileSync(join(folder, 'index.js'), WAYS);
      writeFileSync(join(folder, 'alone.js'), ALONE);
      writeFileSync(join(folder, 'thread.js'), FROM_THREAD);
    }
    const dependencies = { left: '1.0.0', right: '1.0.0' };
    writeFileSync(
      join(project, 'package.json'),
      JSON.stringify({ name: 'app', version: '1.0.0', dependencies }),
    );
    const rows = [row('left', 80, 'http'), row('left', 443, 'tls'), row('left', 7, 'unknown')];
    writeFileSync(join(project, 'egress.lock.json'), JSON.stringify({ lockVersion: LOCK_VERSION, rows }));
  });
  afterAll(() => lab?.stop());

  /** Runs code that has both packages, and returns what it said and which requests have arrived. */
  const run = async (code: string): Promise<ReportedRun & { said: unknown; arrived: string[] }> => {
    const before = (await lab.log()).http.length;
    writeFileSync(
      join(project, 'test.js'),
      `const left = require('left'); const right = require('right');
       const pause = (time = 700) => new Promise((done) => setTimeout(done, time));
       process.on('uncaughtException', () => {});
       (async () => { ${code} })().then((said = null) => { console.log(JSON.stringify(said)); process.exit(); });`,
    );
    const args = ['--mode', 'enforce', '--phase', 'test'];
    const reported = await observe(lab, ['node', 'test.js'], { cwd: project, args, timeout: 60_000 });
    const arrived = (await lab.log()).http.slice(before).map(({ path }) => path);
    return { ...reported, said: JSON.parse(reported.stdout), arrived };
  };
  const blockedOf = ({ report }: ReportedRun) =>
    report.findings
      .filter(({ rule, also = [] }) => [rule, ...also].includes('blocked'))
      .map((one) => one.package);

  test('each is let out by its own rows, whichever way it goes', async () => {
    const all = await run(
      `const said = { get: [await right.get(), await left.get(), await right.get()] };
       for (const way of ['fetch', 'send', 'fork']) said[way] = [await left[way](), await right[way]()];
       return said;`,
    );
    expect(all.said, all.stderr).toEqual({
      get: ['ENOTFOUND', 200, 'ECONNRESET'],
      fetch: [200, 'ECONNRESET'],
      send: ['answered', 'ECONNREFUSED'],
      fork: ['200', 'ENOTFOUND'],
    });
    expect(all.arrived).toEqual(['/left/get', '/left/fetch', '/left/get']);
    expect(all.code).toBe(120);
    expect(new Set(blockedOf(all)), all.stderr).toEqual(new Set(['right@1.0.0']));
    expect(all.report.capture).toMatchObject({ verdict: 'complete', counts: { unattributed: 0 } });
  });

  test('an address that was resolved for one opens nothing for the other', async () => {
    const all = await run(
      `const address = '198.51.100.30';
       return [await left.get(), await left.get(undefined, address), await right.get(undefined, address)];`,
    );
    expect(all.said, all.stderr).toEqual([200, 'ECONNRESET', 'ECONNRESET']);
    expect(all.arrived).toEqual(['/left/get']);
  });

  test('a connection that one has opened carries no requests of the other', async () => {
    const all = await run(
      `const agent = new (require('http').Agent)({ keepAlive: true, maxSockets: 1 });
       const said = [await left.get(agent), await right.get(agent), await left.get(agent)];
       await left.fetch();
       said.push(await right.fetch());
       return said;`,
    );
    expect(all.said, all.stderr).toEqual([
      200,
      'ECONNRESET',
      200,
      expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/),
    ]);
    expect(all.arrived).toEqual(['/left/get', '/left/get', '/left/fetch']);
    expect(new Set(blockedOf(all))).toEqual(new Set(['right@1.0.0']));
  });

  test('nor one that no code of the other stands on the stack of, or that it has got used to', async () => {
    const kept = `const agent = new (require('http').Agent)({ keepAlive: true, maxSockets: 1 });
      await left.get(agent);`;
    const get = "{ host: 'web.lab.example', path: '/right/later', agent }";
    const habit = `const idle = new (require('http').Agent)();
      idle.createConnection = () => new (require('stream').Duplex)({ read() {}, write(_chunk, _encoding, done) { done(); } });
      for (let count = 0; count < 64; count += 1) right.get(idle);
      return await right.get(agent);`;
    const runs = [
      ['(process) node test.js', `${kept} process.nextTick(require('http').get, ${get}); await pause();`],
      ['right@1.0.0', `${kept} ${habit}`],
    ] as const;
    for (const [who, code] of runs) {
      const all = await run(code);
      expect(all.arrived, all.stderr).toEqual(['/left/get']);
      expect(blockedOf(all)).toEqual([who]);
    }
  });

  test('whoever calls without any code around is the process itself', async () => {
    const all = await run(
      `Promise.resolve('http://web.lab.example/right/alone').then(fetch).catch(() => {});
       await pause();
       process.nextTick(require('http').get, 'http://web.lab.example/right/tick');
       await pause();`,
    );
    expect(all.arrived, all.stderr).toEqual([]);
    expect(blockedOf(all)).toEqual(['(process) node test.js']);
    expect(all.report.capture).toMatchObject({ verdict: 'complete' });
  });

  test('a datagram is of whoever has it sent, whoever sends next on the same socket', async () => {
    const shared = 'const socket = await left.socket();';
    const all = [
      await run(
        `${shared} right.say(socket, 'before'); left.say(socket, 'second'); await pause(); return socket.answers;`,
      ),
      await run(
        `${shared} process.nextTick(socket.send.bind(socket, 'right tick', 7, '198.51.100.30')); await pause();
         return socket.answers;`,
      ),
      await run(`${shared} left.say(socket, 'second'); await pause(); return socket.answers;`),
    ];
    const [before, tick, own] = all;
    expect(all.map(({ said }) => said)).toEqual([
      ['left first'],
      ['left first'],
      ['left first', 'left second'],
    ]);
    expect(blockedOf(before as ReportedRun)).toEqual(['right@1.0.0']);
    expect(blockedOf(tick as ReportedRun)).toEqual(['(process) node test.js']);
    expect(blockedOf(own as ReportedRun)).toEqual([]);
  });

  test('what the hook has not told of is not let through by what it told before', async () => {
    const kept = `const http = require('http');
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      await left.get(agent);
      await pause(50);
      const [socket] = Object.values(agent.freeSockets)[0];`;
    const closed = await run(`${kept} require('fs').closeSync(197); return await right.get(agent);`);
    const again = await run(
      `${kept} const { localPort } = socket;
       socket.resetAndDestroy();
       await pause(50);
       require('fs').closeSync(197);
       const other = require('net').connect({ host: '198.51.100.30', port: 80, localPort });
       other.on('error', () => {});
       other.write('GET /right/again HTTP/1.1\\r\\nHost: web.lab.example\\r\\n\\r\\n');
       await pause();`,
    );
    expect([closed.arrived, again.arrived], again.stderr).toEqual([['/left/get'], ['/left/get']]);
    expect(blockedOf(again)).toEqual(['(process) node test.js']);
  });

  test('nor what it could not tell of, and it waits for room to tell', async () => {
    const all = await run(
      `const agent = new (require('http').Agent)({ keepAlive: true, maxSockets: 1 });
       const said = [await left.get(agent)];
       try { for (;;) require('fs').writeSync(197, 'none of the hook'); } catch (error) { said.push(error.code); }
       return [...said, await right.get(agent), await left.get(agent)];`,
    );
    expect(all.said, all.stderr).toEqual([200, 'EAGAIN', 'ECONNRESET', 200]);
    expect(all.arrived).toEqual(['/left/get', '/left/get']);
    expect(all.report.findings).toContainEqual(expect.objectContaining({ rule: 'hook-lost' }));
  });

  test('nor what is told after more than is kept', { timeout: 120_000 }, async () => {
    const all = await run(
      `const agent = new (require('http').Agent)({ keepAlive: true, maxSockets: 1 });
       await left.get(agent);
       const { writeSync } = require('fs');
       const record = 'token {"thread":9,"seq":0,"kind":"exposed"}';
       for (let told = 0; told < 200_001; ) {
         try { writeSync(197, record); told += 1; } catch { await pause(5); }
       }
       return await right.get(agent);`,
    );
    expect(all.said, all.stderr).toBe('ECONNRESET');
    expect(all.arrived).toEqual(['/left/get']);
    expect(all.report.findings).toContainEqual(
      expect.objectContaining({ rule: 'hook-lost', severity: 'high' }),
    );
  });

  test('a thread is asked as well that is given options of its own', async () => {
    const all = await run(
      `const { Worker, SHARE_ENV } = require('worker_threads');
       const file = require.resolve('right/thread.js');
       delete process.env.NODE_OPTIONS;
       new Worker(file, { execArgv: [] });
       delete process.env.EGRESSLOCK_HOOK;
       const first = new Worker(file, { execArgv: [], env: SHARE_ENV });
       new (Object.getPrototypeOf(first).constructor)(file, { execArgv: [], env: {} });
       await pause();
       return Object.keys(process.env).includes('NODE_OPTIONS');`,
    );
    expect(all.said, all.stderr).toBe(false);
    expect(all.arrived).toEqual([]);
    expect(blockedOf(all)).toEqual(['right@1.0.0']);
  });

  test('a port that another process takes over is not the flow of the one before', async () => {
    const send =
      "const socket = require('dgram').createSocket('udp4'); socket.bind(Number(process.argv[1]), " +
      "() => socket.send('another', 7, '198.51.100.30', () => setTimeout(() => process.exit(), 300)));";
    const all = await run(
      `const socket = await left.socket();
       const { port } = socket.address();
       await new Promise((done) => socket.close(done));
       const command = 'env -u NODE_OPTIONS node -e "$0" ' + port;
       require('child_process').spawnSync('sh', ['-c', command, ${JSON.stringify(send)}]);`,
    );
    const sent = all.to('web.lab.example').map(({ bytesSent, verdict }) => ({ bytesSent, verdict }));
    expect(sent, all.stderr).toEqual([{ bytesSent: 'left first'.length, verdict: 'blocked' }]);
    expect(blockedOf(all)).toEqual(['(process) node']);
  });

  test('nor do the streams of one session', async () => {
    const all = await run(
      `const session = left.session();
       session.on('error', () => {});
       return [await left.stream(session), await right.stream(session)];`,
    );
    expect(all.said, all.stderr).toEqual([200, expect.not.stringMatching(/^200$/)]);
    expect(all.arrived).toEqual(['/left/stream']);
  });
});
