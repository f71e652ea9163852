import { MANAGERS } from '../model/lifecycle.js';

const INSTALLS = new Set([
  'ci',
  'install',
  'i',
  'add',
  'clean-install',
  'install-clean',
  'rebuild',
  'update',
]);
const TESTS = new Set(['test', 't', 'tst']);
const RUNNERS = new Set(['vitest', 'jest', 'mocha', 'ava', 'tap', 'playwright']);
const LAUNCHERS = new Set(['npx', 'env', 'time', 'nice', 'corepack']);

/** The phase of a command that the user has not named: install, test or build where it is plain, else `run`. */
export function phaseOf(command: readonly string[]): string {
  const [program, first, ...rest] = command.map((word) => word.slice(word.lastIndexOf('/') + 1));
  if (program === undefined) return 'run';
  if (LAUNCHERS.has(program)) return phaseOf(command.slice(1).filter((word) => !/^(-|\w+=)/.test(word)));
  if (RUNNERS.has(program)) return 'test';
  if (program === 'node') return first === '--test' ? 'test' : 'run';
  if (!MANAGERS.some((manager) => manager === program)) return 'run';
  // `yarn` alone installs.
  if (first === undefined || first.startsWith('-')) return program === 'yarn' ? 'install' : 'run';
  if (INSTALLS.has(first)) return 'install';
  if (TESTS.has(first)) return 'test';
  if (['exec', 'x', 'dlx'].includes(first)) return phaseOf(rest.filter((word) => !word.startsWith('-')));
  const script = first === 'run' || first === 'run-script' ? (rest[0] ?? '') : program === 'npm' ? '' : first;
  if (/^test(:|$)/.test(script)) return 'test';
  return /^(build|compile|bundle)(:|$)/.test(script) ? 'build' : 'run';
}
