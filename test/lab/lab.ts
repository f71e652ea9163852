import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { STRANGERS } from './strangers.mjs';

/** What came to the lab's servers. */
export interface LabLog {
  readonly dns: readonly { readonly name: string; readonly type: string; readonly transport: string }[];
  /** Queries to the resolver that nobody was given. */
  readonly foreignDns: readonly { readonly name: string }[];
  readonly http: readonly { readonly host: string; readonly path: string; readonly sourcePort: number }[];
  /** What left for any place of this internet, by its packets. */
  readonly wire: {
    /** In order: each TCP connection that was begun, with what its client has sent, and each UDP datagram that is no answer. */
    readonly flows: readonly WireFlow[];
    /** Packets that could not be counted. */
    readonly missed: number;
  };
}

export interface WireFlow {
  readonly transport: 'tcp' | 'udp';
  readonly sourcePort: number;
  readonly address: string;
  readonly port: number;
  /** Without headers. */
  readonly bytes: number;
}

/** What the module that a test adds to the lab exports; each may be absent. */
export interface Addition {
  /** More of what the registry serves. */
  readonly packages?: readonly Fixture[];
  /** More names, as in `dns-server.mjs`. */
  readonly zone?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** `host/path` → what the web servers say there. */
  readonly answers?: ReadonlyMap<string, Answer>;
}

export interface Fixture {
  readonly name: string;
  readonly version: string;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Output {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Runs as this user and group instead of root. */
  readonly uid?: number;
  readonly input?: string;
  /** Leaves standard input open: what runs in the background ends with it. */
  readonly keepsInput?: boolean;
  /** Milliseconds after which the test gives up. */
  readonly timeout?: number;
  /** Script of another installation of egresslock. */
  readonly main?: string;
  /** Told the process id of what was started. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** An internet in network namespaces: documentation addresses, servers, and nothing else. */
export interface Lab {
  /** A folder for the test, removed with the lab; everybody may read and write there. */
  readonly folder: string;
  /** Certificate of the lab's authority. */
  readonly ca: string;
  /** Runs a program inside, as on a host of that internet. */
  exec(argv: readonly string[], options?: ExecOptions): Promise<Output>;
  /** Runs `egresslock` inside. */
  egresslock(args: readonly string[], options?: ExecOptions): Promise<Output>;
  log(): Promise<LabLog>;
  stop(): Promise<void>;
}

export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const SERVERS = fileURLToPath(new URL('./servers.mjs', import.meta.url));

const canMakeNamespaces = process.getuid?.() === 0;

/** A suite that needs the lab. Whoever lacks the privileges gets a skip that says so; in CI that is a failure. */
export function describeLab(name: string, suite: () => void): void {
  if (canMakeNamespaces || process.env.CI === 'true') describe(name, suite);
  else describe.skip(`${name} (skipped: network namespaces need root)`, suite);
}

const ADDRESSES = ['10', '20', '30', '31', '53', '54'].map((last) => `198.51.100.${last}`);

/** @param addition Path of a module with more for the lab's servers, see `Addition` */
export async function startLab(addition = ''): Promise<Lab> {
  if (!canMakeNamespaces) throw new Error('expected root: the lab makes network namespaces');
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-lab-'));
  chmodSync(folder, 0o777);
  const resolvConf = join(folder, 'resolv.conf');
  const hosts = join(folder, 'hosts');
  writeFileSync(resolvConf, 'nameserver 198.51.100.53\nsearch corp.lab.example\n');
  writeFileSync(hosts, '127.0.0.1 localhost\n198.51.100.30 hosted.lab.example\n');
  const script = [
    'set -e',
    'ip link set lo up',
    // Not every kernel has a dummy device; the far end of this pair takes all frames and answers none.
    'ip link add lab0 type veth peer name lab1',
    'ip link set lab1 up',
    ...[...ADDRESSES, ...STRANGERS].map((address) => `ip addr add ${address}/32 dev lab0`),
    'ip addr add 2001:db8:51::30/64 dev lab0 nodad',
    'ip link set lab0 up',
    'ip neigh add 198.51.100.1 lladdr 02:00:00:00:00:01 dev lab0',
    'ip route add default via 198.51.100.1 dev lab0 onlink',
    'ip -6 neigh add 2001:db8:51::1 lladdr 02:00:00:00:00:01 dev lab0',
    'ip -6 route add default via 2001:db8:51::1 dev lab0 onlink',
    'ip route add unreachable 203.0.113.0/24',
    `mount --bind ${resolvConf} "$(readlink -f /etc/resolv.conf)"`,
    `mount --bind ${hosts} /etc/hosts`,
    `exec "${process.execPath}" "${SERVERS}" "${folder}" "${addition}"`,
  ].join('\n');
  const holder = spawn('unshare', ['--net', '--mount', '--propagation', 'private', 'sh', '-c', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await answerOf(holder, 'ready');
  const inside = ['nsenter', '--target', String(holder.pid), '--net', '--mount', '--'];
  const exec = (argv: readonly string[], options: ExecOptions = {}): Promise<Output> => {
    const { uid } = options;
    const as =
      uid === undefined ? [] : ['setpriv', '--reuid', `${uid}`, '--regid', `${uid}`, '--clear-groups', '--'];
    // Joining a mount namespace goes to its root.
    const there = ['sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', options.cwd ?? folder];
    return run([...inside, ...there, ...as, ...argv], options);
  };
  return {
    folder,
    ca: join(folder, 'ca.pem'),
    exec,
    egresslock: (args, options) => exec([process.execPath, options?.main ?? MAIN, ...args], options),
    log: async () => {
      const answer = answerOf(holder, 'log');
      holder.send('log');
      return (await answer) as LabLog;
    },
    stop: async () => {
      const ended = new Promise((resolve) => holder.once('exit', resolve));
      holder.disconnect();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answerOf(holder: ChildProcess, key: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('the lab could not be made, see above'));
    const onMessage = (message: unknown): void => {
      if (typeof message !== 'object' || message === null || !(key in message)) return;
      holder.off('exit', onExit);
      holder.off('message', onMessage);
      resolve((message as Record<string, unknown>)[key]);
    };
    holder.on('message', onMessage);
    holder.once('exit', onExit);
  });
}

/** Variables that would change what a run in the lab does; the machine's own npm settings among them. */
const DROPPED = /^(npm_|NODE_OPTIONS|FORCE_COLOR|VITEST|TEST|NODE_ENV|https?_proxy)/i;

function run(argv: readonly string[], options: ExecOptions): Promise<Output> {
  const [file = '', ...args] = argv;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !DROPPED.test(name)));
  const child = spawn(file, args, {
    env: { ...env, NO_COLOR: '1', ...options.env },
    stdio: 'pipe',
  });
  options.onStart?.(child);
  child.stdin.on('error', () => {});
  if (options.keepsInput !== true) child.stdin.end(options.input ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? 60_000);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}
