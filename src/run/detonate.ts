import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Detonation } from '../report/detonation.js';
import type { ReportV1 } from '../report/report-v1.js';
import { findNpm } from './find-npm.js';
import { readRegistries } from './policy/read-registries.js';

export interface DetonateOptions {
  /** `name@version`. */
  readonly package: string;
  /** Addresses of registries, the first of them npm's; empty for those that npm is set to use. */
  readonly registries: readonly string[];
  /** Path of recorded answers; null for empty ones. */
  readonly answers: string | null;
  readonly reveal: boolean;
  /** Milliseconds that a loaded package may go on for, each way. */
  readonly wait: number;
  readonly environment: NodeJS.ProcessEnv;
  /** Ends the phase that runs, and begins no other. */
  readonly interruption: AbortSignal;
  /** Told which phase begins. */
  readonly onPhase: (phase: string) => void;
}

export interface DetonateOutcome {
  readonly detonation: Detonation;
  /** The phase with which it ended early: it left no report, could not fetch, or was interrupted. */
  readonly stopped: Stopped | null;
}

export interface Stopped {
  readonly phase: string;
  /** Exit code of egresslock itself; null where it was killed. */
  readonly code: number | null;
  /** The end of what it, and the command, said on standard error. */
  readonly output: string;
}

/** Milliseconds that a phase may take, beside what the user gives it: a registry may be slow, and so may a compiler. */
const PATIENCE = { fetch: 300_000, install: 600_000, require: 60_000, import: 60_000 } as const;
/** Milliseconds between asking a phase to end, and ending it. */
const GRACE = 5000;
/** Bytes kept of what a phase says on standard error, from its end. */
const MAXIMUM_OUTPUT = 16_384;
const PROGRAM = fileURLToPath(new URL('../cli/main.js', import.meta.url));

/** A package may have other code for each, and one may end the process or never return: so each has its own run. */
const LOADS = {
  require: 'try { require(name); } catch {}',
  import: 'import(name).catch(() => {});',
} as const;

/**
 * Loads the package one way, and lets it go on until it has nothing more to do or its time is over. What it prints and
 * whether it can be loaded at all is its own affair.
 */
const loader = (load: string): string => `
const [, name, wait] = process.argv;
setTimeout(() => process.exit(0), Number(wait)).unref();
process.on('uncaughtException', () => {});
${load}
`;

/**
 * Fetches a package and what it depends on, installs them from what was fetched, and loads the package, each in a
 * sinkhole and in a folder that is removed afterwards. Only the first of these can reach the registry, when no script
 * runs: what scripts may do to the package manager, its process and its files, opens nothing.
 */
export async function detonate(options: DetonateOptions): Promise<DetonateOutcome> {
  const root = mkdtempSync(join(tmpdir(), 'egresslock-detonate-'));
  try {
    return await detonateIn(root, options);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function detonateIn(root: string, options: DetonateOptions): Promise<DetonateOutcome> {
  const { environment, reveal, answers, interruption, onPhase } = options;
  const project = join(root, 'project');
  const home = join(root, 'home');
  for (const folder of [project, home]) mkdirSync(folder);
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'detonation', version: '0.0.0', private: true }),
  );
  const phases: { phase: string; report: ReportV1 }[] = [];
  const run = async (
    phase: keyof typeof PATIENCE,
    flags: readonly string[],
    command: readonly string[],
    changed: NodeJS.ProcessEnv,
    patience: number = PATIENCE[phase],
  ): Promise<Stopped | null> => {
    onPhase(phase);
    const file = join(root, `${phase}.json`);
    const given = [...(reveal ? ['--reveal'] : []), ...(answers === null ? [] : ['--answers', answers])];
    const args = [
      'run',
      '--mode',
      'sinkhole',
      '--phase',
      phase,
      '--quiet',
      '--json',
      file,
      ...given,
      ...flags,
    ];
    const end = await runSelf([...args, '--', ...command], {
      cwd: project,
      env: { ...environment, ...changed },
      patience,
      interruption,
    });
    const report = readReport(file);
    if (report !== null) phases.push({ phase, report });
    const isDone = report !== null && (phase !== 'fetch' || report.run.exitCode === 0);
    return isDone && !interruption.aborted ? null : { phase, ...end };
  };
  const [node, ...npm] = findNpm(environment);
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const [own] = options.registries;
  const registry = own === undefined ? [] : [`--registry=${own}`];
  const install = [node, ...npm, 'install', ...quiet, `--cache=${join(root, 'cache')}`, ...registry];
  const registries =
    options.registries.length > 0
      ? options.registries
      : readRegistries('npm', project, environment).map(
          ({ protocol, host, port }) => `${protocol === 'tls' ? 'https' : 'http'}://${host}:${port}/`,
        );
  const open = registries.flatMap((url) => ['--registry', url]);
  const fetch = [...install, '--ignore-scripts', '--', options.package];
  const name = options.package.slice(0, options.package.lastIndexOf('@'));
  let stopped = await run('fetch', [...open, '--no-hook'], fetch, {});
  if (stopped === null) {
    rmSync(join(project, 'node_modules'), { recursive: true, force: true });
    // No registry's credentials are needed any more; npm 12 asks whether scripts may run.
    const closed = { HOME: home, npm_config_dangerously_allow_all_scripts: 'true' };
    stopped = await run('install', [], [...install, '--offline', '--', options.package], closed);
  }
  for (const how of ['require', 'import'] as const) {
    const load = [process.execPath, '-e', loader(LOADS[how]), '--', name, String(options.wait)];
    stopped ??= await run(how, [], load, { HOME: home }, PATIENCE[how] + options.wait);
  }
  return { detonation: { package: options.package, phases }, stopped };
}

interface SelfOptions extends Pick<DetonateOptions, 'interruption'> {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds after which it is ended. */
  readonly patience: number;
}

/** Runs egresslock; resolves with how it has ended, of itself or because its time was over. */
function runSelf(
  args: readonly string[],
  { cwd, env, patience, interruption }: SelfOptions,
): Promise<Pick<Stopped, 'code' | 'output'>> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd,
    env,
    // What the package prints is no part of the report, and what it reads is not the user's terminal.
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = Buffer.alloc(0);
  child.stderr.on('data', (chunk: Buffer) => {
    output = Buffer.concat([output, chunk]).subarray(-MAXIMUM_OUTPUT);
  });
  const timers: NodeJS.Timeout[] = [];
  // A second SIGTERM ends the command and all that it has started.
  const endIn = (delay: number): void => {
    timers.push(
      setTimeout(() => child.kill('SIGTERM'), delay),
      setTimeout(() => child.kill('SIGTERM'), delay + GRACE),
      setTimeout(() => child.kill('SIGKILL'), delay + 3 * GRACE),
    );
  };
  endIn(patience);
  const interrupt = (): void => endIn(0);
  interruption.addEventListener('abort', interrupt);
  if (interruption.aborted) interrupt();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      for (const timer of timers) clearTimeout(timer);
      interruption.removeEventListener('abort', interrupt);
      resolve({ code, output: output.toString() });
    });
  });
}

/** Null where the phase has left none. */
function readReport(file: string): ReportV1 | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
