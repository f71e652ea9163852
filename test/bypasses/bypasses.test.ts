import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { observe, type ReportedRun } from '../lab/report.js';
import { ATTEMPTS, HOST_SOCKETS, LISTED, type Place, programOf } from './attempts.js';

const STRANGER = fileURLToPath(new URL('./stranger.mjs', import.meta.url));
const ADDITION = fileURLToPath(new URL('./answers.mjs', import.meta.url));
const RESOLVER = '198.51.100.53';
/** Where the listed hosts and the host's own resolver are. */
const TRUSTED: ReadonlySet<string> = new Set(['198.51.100.30', RESOLVER]);
/** Bytes of a query beside its name (RFC 1035 §4.1), and of an OPT record without options (RFC 6891 §6.1.2). */
const QUERY = { frame: 12 + 2 + 4, opt: 11 } as const;
const LOOPBACK = `require('net').createServer((s) => s.end('own')).listen(7070, '127.0.0.1', () => console.log('ready'));
process.stdin.resume().on('end', () => process.exit());`;

const SOCKETS = `import os, socket, sys
path = '${HOST_SOCKETS.path}'
sockets = [socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)]
for s, name in zip(sockets, (path, '\\0${HOST_SOCKETS.abstract}')): s.bind(name); s.listen()
print('ready', flush=True); sys.stdin.read(); os.unlink(path)`;

interface Arrived {
  readonly connections: number;
  readonly bytes: number;
  readonly datagrams: number;
  readonly tunnels: readonly string[];
}

/** Ways out that the policy does not allow: how each ends, and what arrives of it. */
describeLab('bypasses of enforce', () => {
  let lab: Lab;
  let speaker: string;
  /** Id of a process that no command has anything to do with. */
  let bystander: number;
  let counter = 0;
  const servers: ChildProcess[] = [];
  const table: string[] = [];

  const serve = (argv: readonly string[]): Promise<void> =>
    new Promise((resolve) => {
      lab.exec(argv, {
        timeout: 600_000,
        keepsInput: true,
        onStart: (child) => {
          servers.push(child);
          child.stdout?.once('data', () => resolve());
        },
      });
    });
  const arrived = (): Arrived => JSON.parse(readFileSync(join(lab.folder, 'arrived.json'), 'utf8'));
  const prepare = (program: string): string => {
    counter += 1;
    const folder = join(lab.folder, `attempt-${counter}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, 'attempt.py'), program);
    return folder;
  };
  const enforced = (
    program: string,
    rows: readonly Place[],
    anyProtocol: readonly string[] = [],
  ): Promise<ReportedRun> => {
    const cwd = prepare(program);
    const rules = anyProtocol.map((host) => `  - { host: ${host}, action: allow }\n`);
    if (rules.length > 0) writeFileSync(join(cwd, 'egresslock.config.yaml'), `rules:\n${rules.join('')}`);
    const whole = rows.map((row) => ({ ...row, package: speaker, phase: 'run' }));
    writeFileSync(join(cwd, 'egress.lock.json'), JSON.stringify({ lockVersion: 1, rows: whole }));
    const argv = ['python3', 'attempt.py', String(bystander)];
    return observe(lab, argv, { cwd, args: ['--mode', 'enforce', '--phase', 'run'] });
  };

  beforeAll(async () => {
    lab = await startLab(ADDITION);
    await serve(['node', STRANGER, join(lab.folder, 'arrived.json')]);
    await serve(['node', '-e', LOOPBACK]);
    await serve(['python3', '-c', SOCKETS]);
    bystander = servers.at(-1)?.pid as number;
    // The lock's word for the program, from a lock.
    const cwd = prepare('import socket; socket.create_connection(("web.lab.example", 80)).close()');
    await lab.egresslock(['run', '--phase', 'run', '--', 'python3', 'attempt.py'], { cwd });
    await lab.egresslock(['accept'], { cwd });
    speaker = JSON.parse(readFileSync(join(cwd, 'egress.lock.json'), 'utf8')).rows[0].package;
  });
  afterAll(async () => {
    console.log(['| way out | how it ended | what arrived |', '|---|---|---|', ...table].join('\n'));
    for (const server of servers) server.stdin?.end();
    await lab?.stop();
  });

  test('what is listed passes', async () => {
    const program = programOf({
      python:
        "print(tcp(web, 80, b'GET / HTTP/1.0\\r\\nHost: web.lab.example\\r\\n\\r\\n'))\nprint(tls(web, 'web.lab.example'))",
    });
    const run = await enforced(program, LISTED);
    expect(run.stdout).toBe("b'HTTP/1.1 200'\nTLSv1.3\n");
    expect(run.code, run.stderr).toBe(0);
  });

  test.for(ATTEMPTS)('$name', async (attempt) => {
    const before = { ...arrived(), log: await lab.log() };
    const watch = watchTracing(bystander);
    const rows = [...LISTED, ...(attempt.rows ?? [])];
    const run = await enforced(programOf(attempt), rows, attempt.anyProtocol).finally(watch.stop);
    const after = { ...arrived(), log: await lab.log() };
    const names = new Set(after.log.dns.slice(before.log.dns.length).map(({ name }) => name));
    const flows = after.log.wire.flows.slice(before.log.wire.flows.length);
    const plain = new Set(
      [...names].flatMap(({ length }) => [QUERY.frame + length, QUERY.frame + length + QUERY.opt]),
    );
    const came = {
      connections: after.connections - before.connections,
      bytes: after.bytes - before.bytes,
      datagrams: after.datagrams - before.datagrams,
      tunnels: after.tunnels.slice(before.tunnels.length),
      requests: after.log.http
        .slice(before.log.http.length)
        .map(({ host, path }) => `${host}${path}`)
        .filter((request) => request !== 'web.lab.example/'),
      elsewhere: flows
        .filter(({ address }) => !TRUSTED.has(address))
        .map(({ transport, address, port, bytes }) => `${transport} ${address}:${port}, ${bytes} B`),
      padded: flows
        .filter(
          ({ transport, address, bytes }) => transport === 'udp' && address === RESOLVER && !plain.has(bytes),
        )
        .map(({ bytes }) => bytes),
      names: [...names].filter((name) => name !== 'web.lab.example').sort(),
      foreign: after.log.foreignDns.length - before.log.foreignDns.length,
    };
    const sum = came.bytes + came.connections + came.datagrams + came.requests.length + came.elsewhere.length;
    const told = {
      connections: 0,
      bytes: attempt.datagrams?.bytes ?? 0,
      datagrams: attempt.datagrams?.count ?? 0,
      tunnels: attempt.tunnels ?? [],
      requests: attempt.requests ?? [],
      elsewhere: attempt.elsewhere ?? [],
      padded: [],
      names: attempt.asked ?? [],
      foreign: 0,
    };
    const isAsTold = attempt.arrives !== undefined && isDeepStrictEqual(came, told);
    const what = sum === 0 ? 'nothing' : isAsTold ? attempt.arrives : JSON.stringify(came);
    table.push(`| ${attempt.name} | ${attempt.ends} | ${what} |`);
    expect(run.stdout, run.stderr).toBe(attempt.prints);
    expect(came).toEqual(told);
    expect([...watch.seen]).toEqual([]);
    expect(blockedIn(run)).toEqual(attempt.blocked);
  });
});

/** What the report says was not let out, sorted. */
function blockedIn({ report }: ReportedRun): string[] {
  const flows = report.destinations
    .filter(({ verdict }) => verdict === 'blocked')
    .map(({ host, port }) => (port === null ? host : `${host}:${port}`));
  return [...new Set([...flows, ...report.denied.map(({ what }) => what)])].sort();
}

/** Looks at a process every few milliseconds until it is stopped: was it ever traced, or stopped? */
function watchTracing(pid: number): { readonly seen: ReadonlySet<string>; stop(): void } {
  const seen = new Set<string>();
  const look = (): void => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    for (const [line] of status.matchAll(/^(?:State:\s+[Tt]|TracerPid:\s+[1-9]).*$/gm)) seen.add(line);
  };
  const timer = setInterval(look, 50);
  const stop = (): void => {
    clearInterval(timer);
    look();
  };
  return { seen, stop };
}
