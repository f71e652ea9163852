import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { namesAtPort, observe, type ReportedRun } from '../lab/report.js';

const HOST = 'web.lab.example';
const VICTIM = `exports.connect = (port, host) => require('net').connect(port, host).on('error', () => {});`;

/** Says hello as the hook does, and puts the victim behind a connection of its own; for Node. */
const LIAR_JS = `
const fs = require('fs');
const token = 'f'.repeat(32);
let seq = 0;
const say = (thread, claim) => {
  const [descriptor] = process.env.EGRESSLOCK_HOOK.split(':').map(Number);
  seq += 1;
  try { fs.writeSync(descriptor, token + ' ' + JSON.stringify({ thread, seq, ...claim })); } catch (error) { console.error(error.message); }
};
const hello = (thread) => {
  const text = fs.readFileSync('/proc/self/stat', 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  say(thread, { kind: 'hello', version: 'v20', image: [fields[25], fields[45], fields[48]].join(' ') });
  const file = process.env.VICTIM;
  const hash = process.env.VICTIM_HASH;
  say(thread, { kind: 'stack', id: 1, frames: [{ file, line: 1, column: 60, function: 'connect', isAsync: false, isEval: false, hash }] });
};
const connect = (thread, port) => require('dns').lookup('${HOST}', (_, address) => {
  say(thread, { kind: 'connect', address, port, localPort: port, host: '${HOST}', socket: 1, stack: 1 });
  require('net').connect({ port, host: address, localPort: port }).on('error', () => {});
});
`;

/** The same for Python. */
const LIAR_PY = `
import json, os, select, socket, sys
descriptor = int(os.environ['EGRESSLOCK_HOOK'].split(':')[0])
fields = open('/proc/self/stat').read().rsplit(') ', 1)[1].split(' ')
seq = 0
def say(claim):
    global seq
    seq += 1
    os.write(descriptor, ('f' * 32 + ' ' + json.dumps({'thread': 0, 'seq': seq, **claim})).encode())
say({'kind': 'hello', 'version': 'v20', 'image': ' '.join([fields[25], fields[45], fields[48]])})
frame = {'file': os.environ['VICTIM'], 'line': 1, 'column': 60, 'function': 'connect', 'isAsync': False, 'isEval': False, 'hash': os.environ['VICTIM_HASH']}
say({'kind': 'stack', 'id': 1, 'frames': [frame]})
port = int(sys.argv[1])
address = socket.gethostbyname('${HOST}')
say({'kind': 'connect', 'address': address, 'port': port, 'localPort': port, 'host': '${HOST}', 'socket': 1, 'stack': 1})
one = socket.socket()
one.bind(('', port))
one.setblocking(False)
one.connect_ex((address, port))
select.select([], [one], [], 10)
`;

/** Each is a shell line that connects to the port in $PORT; none of them is the victim. */
const IMPOSTORS: Readonly<Record<string, string>> = {
  'a program that is not Node': 'python3 liar.py $PORT',
  'a copy of it that is called node':
    'cp "$(python3 -c "import os, sys; print(os.path.realpath(sys.executable))")" node && ./node liar.py $PORT',
  'Node without the hook': 'NODE_OPTIONS= node liar.js $PORT',
  'code that is preloaded before the hook':
    'NODE_OPTIONS="--require ./hello.js $NODE_OPTIONS" node connect.js $PORT',
  'code that a worker preloads before the hook': 'node worker.js $PORT',
  'code in a snapshot':
    'node --snapshot-blob liar.blob --build-snapshot snapshot.js && node --snapshot_blob liar.blob $PORT',
  'code that a snapshot is made of': 'node --build-snapshot liar.js $PORT || true',
  'Node by another name, without the hook':
    'cp "$(readlink -f "$(command -v node)")" other && NODE_OPTIONS= ./other liar.js $PORT',
};

const PORTS = { honest: 21_000, first: 21_001 } as const;

describeLab('processes that claim to be Node with the hook', () => {
  let lab: Lab;
  let run: ReportedRun;

  beforeAll(async () => {
    lab = await startLab();
    const project = join(lab.folder, 'impostors');
    mkdirSync(join(project, 'node_modules', 'victim'), { recursive: true });
    const write = (path: string, text: string): void => writeFileSync(join(project, path), text);
    write('package.json', '{"name":"app","version":"1.0.0","dependencies":{"victim":"1"}}');
    write('node_modules/victim/package.json', '{"name":"victim","version":"1.0.0"}');
    write('node_modules/victim/index.js', VICTIM);
    write('liar.py', LIAR_PY);
    write('liar.js', `${LIAR_JS} hello(0); connect(0, Number(process.argv[2]));`);
    write('hello.js', `${LIAR_JS} hello(0); globalThis.lie = connect;`);
    write('connect.js', 'lie(0, Number(process.argv[2]));');
    write(
      'worker-hello.js',
      `const { isMainThread, threadId } = require('worker_threads'); ${LIAR_JS} if (!isMainThread) { hello(threadId); globalThis.lie = connect; }`,
    );
    write(
      'worker.js',
      `const { isMainThread, threadId, Worker, workerData } = require('worker_threads');
       const { NODE_OPTIONS } = process.env;
       if (isMainThread) new Worker(__filename, { workerData: process.argv[2], env: { ...process.env, NODE_OPTIONS: '--require ./worker-hello.js ' + NODE_OPTIONS } });
       else lie(threadId, Number(workerData));`,
    );
    write(
      'snapshot.js',
      `${LIAR_JS}
       const { addDeserializeCallback, setDeserializeMainFunction } = require('v8').startupSnapshot;
       addDeserializeCallback(() => hello(0));
       setDeserializeMainFunction(() => connect(0, Number(process.argv.at(-1))));`,
    );
    write(
      'all.sh',
      `export VICTIM="$PWD/node_modules/victim/index.js"
       export VICTIM_HASH="$(sha256sum "$VICTIM" | cut -d ' ' -f 1)"
       node -e "require('victim').connect(${PORTS.honest}, '${HOST}')"
       ${Object.values(IMPOSTORS)
         .map((line, at) => `PORT=${PORTS.first + at}\n(${line}) || echo "failed: ${at}" >&2`)
         .join('\n')}`,
    );
    run = await observe(lab, ['sh', 'all.sh'], { cwd: project });
  }, 120_000);
  afterAll(() => lab?.stop());

  test('the victim itself is named, and each of them has run', () => {
    expect(run.stderr).not.toContain('failed:');
    expect(namesAtPort(run, PORTS.honest)).toEqual(['victim']);
  });

  test.each(Object.keys(IMPOSTORS).map((name, at) => [name, PORTS.first + at] as const))(
    '%s speaks for nobody',
    (_, port) => {
      const named = namesAtPort(run, port);
      expect(named).not.toEqual([]);
      expect(named).not.toContain('victim');
    },
  );

  test('findings say so', () => {
    expect(run.report.findings).toContainEqual(
      expect.objectContaining({ rule: 'hook-lost', severity: 'high' }),
    );
    expect(run.report.findings).toContainEqual(
      expect.objectContaining({ rule: 'hook-lost', package: expect.stringContaining('connect.js') }),
    );
  });
});
