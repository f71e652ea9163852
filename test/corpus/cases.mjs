/*
 * The labelled corpus: each case opens `ID.collect.lab.example`, and the package CAUSE must be named for it, no other.
 * `code` is the body of an async function (host) in the package `p-ID`, unless `app` says that it is the project's own
 * test file. A cause of null: nobody may be named.
 */

/** One request by the classic client, as a promise that never fails. */
const GET = `const get = (options) => new Promise((done) => {
  http.get(options, (answer) => answer.resume().on('end', done)).on('error', done);
});`;
/** Waits for a socket's or a request's end, whatever it is. */
const ENDED = `const ended = (one) => new Promise((done) => {
  for (const event of ['error', 'close', 'end', 'response']) one.once(event, done);
});`;

/** @type {readonly import('./case.js').CorpusCase[]} */
export const CASES = [
  // Entry points.
  one('http-get', 'entry points', `${GET} await get({ host });`),
  one('http-request', 'entry points', `${ENDED} const r = http.request({ host }); r.end(); await ended(r);`),
  one('http-url', 'entry points', `${GET} await get('http://' + host + '/x');`),
  one(
    'http-bare',
    'entry points',
    `${ENDED} const r = new http.ClientRequest({ host }); r.end(); await ended(r);`,
  ),
  one(
    'http-no-agent',
    'entry points',
    `${ENDED} const r = http.get({ host, agent: false }); await ended(r);`,
  ),
  one('http-named', 'entry points', `${ENDED} const { get } = require('http'); await ended(get({ host }));`),
  one('https-get', 'entry points', `${ENDED} await ended(https.get({ host, rejectUnauthorized: false }));`),
  one(
    'https-request',
    'entry points',
    `${ENDED} const r = https.request('https://' + host, { rejectUnauthorized: false }); r.end(); await ended(r);`,
  ),
  one(
    'net-connect',
    'entry points',
    `${ENDED} const s = net.connect(80, host); s.on('connect', () => s.end()); await ended(s);`,
  ),
  one(
    'net-create',
    'entry points',
    `${ENDED} const s = net.createConnection({ port: 80, host }, () => s.end()); await ended(s);`,
  ),
  one(
    'net-socket',
    'entry points',
    `${ENDED} const s = new net.Socket(); s.connect(80, host, () => s.end()); await ended(s);`,
  ),
  one(
    'net-own-lookup',
    'entry points',
    `${ENDED} const s = net.connect({ port: 80, host, lookup: (name, options, done) => setTimeout(() => dns.lookup(name, options, done), 5) }, () => s.end()); await ended(s);`,
  ),
  one(
    'tls-connect',
    'entry points',
    `${ENDED} const s = tls.connect({ port: 443, host, servername: host, rejectUnauthorized: false }, () => s.end()); await ended(s);`,
  ),
  one(
    'tls-over-socket',
    'entry points',
    `${ENDED} const raw = net.connect(443, host); const s = tls.connect({ socket: raw, servername: host, rejectUnauthorized: false }, () => s.end()); await ended(s);`,
  ),
  one(
    'dgram-send',
    'entry points',
    `const u = dgram.createSocket('udp4'); await new Promise((done) => u.send('x', 7, host, done)); u.close();`,
  ),
  one(
    'dgram-connect',
    'entry points',
    `const u = dgram.createSocket('udp4'); await new Promise((done) => u.connect(7, host, done)); await new Promise((done) => u.send('x', done)); u.close();`,
  ),
  one('dns-lookup', 'entry points', `await new Promise((done) => dns.lookup(host, done));`),
  one('dns-resolve4', 'entry points', `await new Promise((done) => dns.resolve4(host, done));`),
  one('dns-txt', 'entry points', `await new Promise((done) => dns.resolveTxt(host, done));`),
  one('dns-promises', 'entry points', `await dns.promises.lookup(host);`),
  one('dns-promises-any', 'entry points', `await require('dns/promises').resolve(host, 'A');`),
  one(
    'dns-resolver',
    'entry points',
    `await new Promise((done) => new dns.Resolver().resolve4(host, done));`,
  ),
  one('dns-resolver-promises', 'entry points', `await new dns.promises.Resolver().resolve4(host);`),
  one(
    'http2-connect',
    'entry points',
    `${ENDED} const s = require('http2').connect('https://' + host, { rejectUnauthorized: false }); const r = s.request({ ':path': '/' }); r.resume(); await ended(r); s.close();`,
  ),
  one('fetch-get', 'entry points', `await (await fetch('http://' + host)).text();`),
  one('fetch-then', 'entry points', `await fetch('http://' + host).then((answer) => answer.text());`),
  one(
    'fetch-post',
    'entry points',
    `await (await fetch('http://' + host, { method: 'POST', body: 'x'.repeat(5000) })).text();`,
  ),
  one(
    'binding-tcp',
    'entry points',
    `const { address } = await dns.promises.lookup(host); const { TCP, TCPConnectWrap, constants } = process.binding('tcp_wrap'); const handle = new TCP(constants.SOCKET); const request = new TCPConnectWrap(); await new Promise((done) => { request.oncomplete = done; handle.connect(request, address, 80); setTimeout(done, 500); }); handle.close();`,
  ),

  // Modules.
  esm('esm-named', 'modules', `import { get } from 'node:http';`, `${ENDED} await ended(get({ host }));`),
  esm('esm-default', 'modules', `import http from 'http';`, `${ENDED} await ended(http.get({ host }));`),
  esm(
    'esm-dynamic',
    'modules',
    '',
    `${ENDED} const { connect } = await import('node:net'); const s = connect(80, host, () => s.end()); await ended(s);`,
  ),
  esm('esm-fetch', 'modules', '', `await (await fetch('http://' + host)).text();`),
  esm('esm-dns', 'modules', `import { lookup } from 'node:dns/promises';`, `await lookup(host);`),
  esm(
    'esm-top-level',
    'modules',
    `import net from 'node:net'; export const connect = net.connect;`,
    `${ENDED} const s = connect(80, host, () => s.end()); await ended(s);`,
  ),
  one('scoped', 'modules', `${GET} await get({ host });`, { name: '@scope/p-scoped' }),
  {
    ...one('nested', 'modules', `await require('inner-nested')(host);`),
    cause: 'inner-nested',
    packages: { 'p-nested/node_modules/inner-nested': own('inner-nested', `${GET} await get({ host });`) },
  },
  {
    ...one('two-deep', 'modules', `await require('inner-two')(host);`),
    cause: 'inner-two',
    packages: { 'inner-two': own('inner-two', `${GET} await get({ host });`) },
  },
  {
    ...one('linked', 'modules', `${GET} await get({ host });`),
    linkedFrom: '.pnpm/p-linked@1.0.0/node_modules/p-linked',
  },
  { ...one('workspace', 'modules', `${GET} await get({ host });`), workspace: 'packages/p-workspace' },

  // The order of things.
  one(
    'then-chain',
    'control flow',
    `${GET} await Promise.resolve().then(() => 1).then(() => get({ host }));`,
  ),
  one('promise-all', 'control flow', `${GET} await Promise.all([1, 2].map(() => get({ host })));`),
  one(
    'timeout-closure',
    'control flow',
    `${GET} await new Promise((done) => setTimeout(() => get({ host }).then(done), 5));`,
  ),
  one(
    'timeout-fetch',
    'control flow',
    `setTimeout(fetch, 5, 'http://' + host); await new Promise((done) => setTimeout(done, 300));`,
  ),
  one(
    'timeout-lookup',
    'control flow',
    `setTimeout(dns.lookup, 5, host, () => {}); await new Promise((done) => setTimeout(done, 200));`,
  ),
  one('then-fetch', 'control flow', `await Promise.resolve('http://' + host).then(fetch).catch(() => {});`),
  one(
    'tick-fetch',
    'control flow',
    `process.nextTick(fetch, 'http://' + host); await new Promise((done) => setTimeout(done, 300));`,
  ),
  one(
    'immediate-get',
    'control flow',
    `setImmediate(http.get, { host }); await new Promise((done) => setTimeout(done, 300));`,
  ),
  one(
    'interval',
    'control flow',
    `${GET} await new Promise((done) => { const t = setInterval(() => { clearInterval(t); get({ host }).then(done); }, 5); });`,
  ),
  one(
    'next-tick',
    'control flow',
    `${GET} await new Promise((done) => process.nextTick(() => get({ host }).then(done)));`,
  ),
  one(
    'microtask',
    'control flow',
    `${GET} await new Promise((done) => queueMicrotask(() => get({ host }).then(done)));`,
  ),
  one(
    'emitter',
    'control flow',
    `${GET} const e = new (require('events'))(); const told = new Promise((done) => e.on('go', () => get({ host }).then(done))); setTimeout(() => e.emit('go'), 5); await told;`,
  ),
  one(
    'stream',
    'control flow',
    `${GET} const { Transform, pipeline } = require('stream'); const t = new Transform({ transform(chunk, _, next) { get({ host }).then(() => next(null, chunk)); } }); await new Promise((done) => { pipeline(require('stream').Readable.from(['x']), t, done); t.resume(); });`,
  ),
  one(
    'generator',
    'control flow',
    `${GET} async function* all() { yield await get({ host }); } for await (const _ of all());`,
  ),
  one(
    'file-callback',
    'control flow',
    `${GET} await new Promise((done) => require('fs').readFile(__filename, () => get({ host }).then(done)));`,
  ),
  one('bound', 'control flow', `${GET} await get.bind(null, { host })();`),
  one('promisified', 'control flow', `await require('util').promisify(dns.lookup)(host);`),
  one(
    'again',
    'control flow',
    `${GET} for (let i = 0; i < 3; i += 1) { await get({ host }); await new Promise((done) => setTimeout(done, 5)); }`,
  ),
  one(
    'deferred',
    'control flow',
    `${GET} let go; const gate = new Promise((open) => { go = open; }); const work = gate.then(() => get({ host })); setTimeout(go, 5); await work;`,
  ),
  {
    ...one(
      'callback-of-app',
      'control flow',
      `await require('p-callback-of-app')(() => new Promise((done) => require('http').get({ host }, (answer) => answer.resume().on('end', done)).on('error', done)));`,
    ),
    app: true,
    cause: 'app',
    packages: {
      'p-callback-of-app': {
        name: 'p-callback-of-app',
        files: { 'index.js': 'module.exports = (action) => action();' },
      },
    },
  },
  { ...one('own-test', 'control flow', `${GET} await get({ host });`), app: true, cause: 'app' },
  {
    ...one('own-fetch', 'control flow', `await (await fetch('http://' + host)).text();`),
    app: true,
    cause: 'app',
  },

  // Connections that more than one uses.
  ...shared('kept-alive', 'pools', (agent) => `${GET} await get({ host, agent: ${agent} });`),
  ...shared(
    'queued',
    'pools',
    (agent) => `${GET} await Promise.all([get({ host, agent: ${agent} }), get({ host, agent: ${agent} })]);`,
    '{ keepAlive: true, maxSockets: 1 }',
  ),
  {
    ...one(
      'http2-shared',
      'pools',
      `${ENDED} const s = require('http2').connect('https://' + host, { rejectUnauthorized: false }); await new Promise((done) => s.once('connect', done).once('error', done)); require('h2-holder').session = s; const r = s.request({ ':path': '/' }); r.resume(); await ended(r); await require('q-http2-shared')(host); s.close();`,
    ),
    causes: ['p-http2-shared', 'q-http2-shared'],
    packages: {
      'h2-holder': { name: 'h2-holder', files: { 'index.js': 'exports.session = null;' } },
      'q-http2-shared': own(
        'q-http2-shared',
        `${ENDED} const r = require('h2-holder').session.request({ ':path': '/q' }); r.resume(); await ended(r);`,
      ),
    },
  },
  one(
    'limited',
    'pools',
    `${GET} const limit = require('p-limit'); const run = limit(1); await Promise.all([1, 2, 3].map(() => run(() => get({ host }))));`,
  ),
  one(
    'undici-pool',
    'pools',
    `const pool = new (require('undici').Pool)('http://' + host); const { body } = await pool.request({ path: '/', method: 'GET' }); await body.text(); await pool.close();`,
  ),

  // Clients from the registry.
  one('axios-await', 'clients', `await require('axios').get('http://' + host).catch(() => {});`),
  one(
    'axios-then',
    'clients',
    `await new Promise((done) => { require('axios').get('http://' + host).then(done, done); });`,
  ),
  one(
    'axios-instance',
    'clients',
    `const i = require('axios').create({ timeout: 2000 }); i.interceptors.request.use((c) => c); await i.post('http://' + host, { a: 1 }).catch(() => {});`,
  ),
  esm(
    'got-get',
    'clients',
    `import got from 'got';`,
    `await got('http://' + host, { retry: { limit: 0 } }).text().catch(() => {});`,
  ),
  one('node-fetch', 'clients', `await (await require('node-fetch')('http://' + host)).text();`),
  one(
    'undici-request',
    'clients',
    `const { body } = await require('undici').request('http://' + host); await body.text();`,
  ),
  one('superagent-await', 'clients', `await require('superagent').get('http://' + host).catch(() => {});`),
  one(
    'superagent-end',
    'clients',
    `await new Promise((done) => require('superagent').get('http://' + host).end(done));`,
  ),
  one(
    'ws-open',
    'clients',
    `const w = new (require('ws'))('ws://' + host); await new Promise((done) => { w.on('error', done); w.on('open', done); });`,
  ),
  {
    ...one(
      'pg-client',
      'clients',
      `const c = new (require('pg').Client)({ host, port: 5432, connectionTimeoutMillis: 1000 }); c.on('error', () => {}); await c.connect().catch(() => {});`,
    ),
    cause: 'pg',
  },
  {
    ...one(
      'pg-pool',
      'clients',
      `const p = new (require('pg').Pool)({ host, port: 5432, connectionTimeoutMillis: 1000 }); await p.query('select 1').catch(() => {});`,
    ),
    cause: 'pg',
  },
  {
    ...one(
      'ioredis',
      'clients',
      `const r = new (require('ioredis'))({ host, port: 6379, retryStrategy: null, lazyConnect: true, connectTimeout: 800 }); r.on('error', () => {}); await r.connect().catch(() => {});`,
    ),
    cause: 'ioredis',
  },
  {
    ...one(
      'mysql2',
      'clients',
      `await new Promise((done) => { const c = require('mysql2').createConnection({ host, connectTimeout: 800 }); c.on('error', done); c.connect(done); });`,
    ),
    cause: 'mysql2',
  },
  {
    ...one(
      'mongodb',
      'clients',
      `const { MongoClient } = require('mongodb'); const c = new MongoClient('mongodb://' + host + ':27017', { serverSelectionTimeoutMS: 700 }); await c.connect().catch(() => {}); await c.close();`,
    ),
    cause: 'mongodb',
  },

  // Other threads and processes.
  one(
    'worker',
    'processes',
    `await new Promise((done) => new (require('worker_threads').Worker)(__dirname + '/part.js', { workerData: host }).on('exit', done));`,
    {
      files: {
        'part.js': `const { workerData } = require('worker_threads'); require('http').get({ host: workerData }, (a) => a.resume()).on('error', () => {});`,
      },
    },
  ),
  one(
    'worker-bare',
    'processes',
    `await new Promise((done) => new (require('worker_threads').Worker)(__dirname + '/part.js', { workerData: host, env: {}, execArgv: [] }).on('exit', done));`,
    {
      files: {
        'part.js': `const { workerData } = require('worker_threads'); require('http').get({ host: workerData }, (a) => a.resume()).on('error', () => {});`,
      },
    },
  ),
  one(
    'fork',
    'processes',
    `await new Promise((done) => require('child_process').fork(__dirname + '/part.js', [host]).on('exit', done));`,
    {
      files: {
        'part.js': `require('http').get({ host: process.argv[2] }, (a) => a.resume()).on('error', () => {});`,
      },
    },
  ),
  one(
    'spawn-bare',
    'processes',
    `await new Promise((done) => require('child_process').spawn(process.execPath, [__dirname + '/part.js', host], { env: {} }).on('exit', done));`,
    {
      files: {
        'part.js': `require('http').get({ host: process.argv[2] }, (a) => a.resume()).on('error', () => {});`,
      },
    },
  ),
  one(
    'spawn-sync-bare',
    'processes',
    `require('child_process').spawnSync(process.execPath, [__dirname + '/part.js', host], { env: {} });`,
    {
      files: {
        'part.js': `require('http').get({ host: process.argv[2] }, (a) => a.resume()).on('error', () => {});`,
      },
    },
  ),
  one(
    'cluster',
    'processes',
    `await new Promise((done) => require('child_process').fork(__dirname + '/part.js', [host]).on('exit', done));`,
    {
      files: {
        'part.js': `const cluster = require('cluster'); if (cluster.isPrimary) cluster.fork().on('exit', () => process.exit()); else require('http').get({ host: process.argv[2] }, (a) => { a.resume(); a.on('end', () => process.exit()); }).on('error', () => process.exit());`,
      },
    },
  ),
  {
    ...one(
      'curl',
      'processes',
      `await new Promise((done) => require('child_process').execFile('curl', ['-s', '-m', '2', 'http://' + host], done));`,
    ),
    cause: null,
  },

  // Code that would rather not be named, or would have another named.
  {
    ...one(
      'forged-eval',
      'hostile',
      `${GET} globalThis.forgedGet = get; await eval('(host) => globalThis.forgedGet({ host })\\n//# sourceURL=' + require.resolve('axios'))(host);`,
    ),
  },
  {
    ...one(
      'forged-vm',
      'hostile',
      `await require('vm').runInThisContext('(host, http) => new Promise((done) => http.get({ host }, done).on("error", done))', { filename: require.resolve('pg') })(host, http);`,
    ),
  },
  {
    ...one(
      'forged-own',
      'hostile',
      `await require('vm').runInThisContext('(host, http) => new Promise((done) => http.get({ host }, done).on("error", done))', { filename: require.resolve('../../run.mjs') })(host, http);`,
    ),
  },
  {
    ...one(
      'prepare-stack-trace',
      'hostile',
      `${GET} const before = Error.prepareStackTrace; Error.prepareStackTrace = () => 'nothing'; try { const work = get({ host }); Error.prepareStackTrace = before; await work; } finally { Error.prepareStackTrace = before; }`,
    ),
  },
  {
    ...one(
      'no-stack',
      'hostile',
      `${GET} const before = Error.stackTraceLimit; Error.stackTraceLimit = 0; const work = get({ host }); Error.stackTraceLimit = before; await work;`,
    ),
  },
  {
    ...one(
      'no-environment',
      'hostile',
      `delete process.env.NODE_OPTIONS; delete process.env.EGRESSLOCK_HOOK; await new Promise((done) => require('child_process').spawn(process.execPath, [__dirname + '/part.js', host]).on('exit', done));`,
      {
        files: {
          'part.js': `require('http').get({ host: process.argv[2] }, (a) => a.resume()).on('error', () => {});`,
        },
      },
    ),
  },
];

/** A case in a CommonJS package of its own. */
function one(id, category, code, more = {}) {
  const { name = `p-${id}`, files = {} } = more;
  return { id, category, cause: name, package: own(name, code, files) };
}

/** A CommonJS package whose export is the case. */
function own(name, code, files = {}) {
  const built = ['dgram', 'dns', 'http', 'https', 'net', 'tls'].map(
    (one) => `const ${one} = require('${one}');`,
  );
  return {
    name,
    files: {
      'index.js': `${built.join(' ')}\nmodule.exports = async (host) => {\n  ${code}\n};\n`,
      ...files,
    },
  };
}

/** A case in an ES module. */
function esm(id, category, imports, code) {
  const name = `p-${id}`;
  const files = { 'index.js': `${imports}\nexport default async (host) => {\n  ${code}\n};\n` };
  return { id, category, cause: name, package: { name, type: 'module', files } };
}

/** Two packages that use one agent, and so one connection: both must be named. */
function shared(id, category, code, options = '{ keepAlive: true, maxSockets: 4 }') {
  const agent = `shared-${id}`;
  const packages = {
    [agent]: {
      name: agent,
      files: { 'index.js': `module.exports = new (require('http').Agent)(${options});` },
    },
    [`q-${id}`]: own(`q-${id}`, code(`require('${agent}')`)),
  };
  const first = one(
    id,
    category,
    `${code(`require('${agent}')`)} await require('q-${id}')(host); require('${agent}').destroy();`,
  );
  return [{ ...first, packages, causes: [`p-${id}`, `q-${id}`] }];
}
