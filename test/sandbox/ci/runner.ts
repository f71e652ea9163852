import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Lab, Output } from '../../lab/lab.js';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

interface Step {
  readonly id?: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

export const ACTION: Action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'));

export interface Event {
  readonly name: 'pull_request' | 'push';
  /** `github.event.pull_request.base.sha` */
  readonly base?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Job extends Output {
  /** What the step has written to GITHUB_OUTPUT. */
  readonly outputs: ReadonlyMap<string, string>;
  readonly summary: string;
  /** What GITHUB_ENV and GITHUB_PATH hold in the end. */
  readonly environmentFiles: string;
}

/**
 * Runs the action's step as the runner of GitHub Actions does: expressions are put into the variables of `env` (and never
 * into a script), files take what a step tells, and bash reads the script from a file.
 * @param place Folder of the action
 */
export async function runAction(
  lab: Lab,
  project: string,
  inputs: Readonly<Record<string, string>>,
  event: Event,
  place: string = ROOT,
): Promise<Job> {
  const step = ACTION.runs.steps.find(({ id }) => id === 'run');
  if (step === undefined) throw new Error('expected a step with the id run');
  const temporary = `${project}-temp`;
  const commands = join(temporary, '_runner_file_commands');
  mkdirSync(commands, { recursive: true });
  const file = (name: string): string => {
    const path = join(commands, name);
    writeFileSync(path, '');
    return path;
  };
  const files = {
    GITHUB_ENV: file('set_env'),
    GITHUB_PATH: file('add_path'),
    GITHUB_OUTPUT: file('set_output'),
    GITHUB_STATE: file('save_state'),
    GITHUB_STEP_SUMMARY: file('step_summary'),
  };
  const evaluate = (text: string): string =>
    text.replaceAll(/\$\{\{ *([\w.-]+) *\}\}/g, (_, path: string) => {
      if (path === 'github.event.pull_request.base.sha') return event.base ?? '';
      const name = path.replace(/^inputs\./, '');
      const input = ACTION.inputs[name];
      if (input === undefined) throw new Error(`expected an input, got ${path}`);
      return inputs[name] ?? evaluate(input.default ?? '');
    });
  const script = join(temporary, 'step.sh');
  writeFileSync(script, step.run);
  const output = await lab.exec(['bash', '--noprofile', '--norc', '-eo', 'pipefail', script], {
    cwd: project,
    timeout: 120_000,
    env: {
      ...files,
      GITHUB_ACTION_PATH: place,
      GITHUB_EVENT_NAME: event.name,
      RUNNER_TEMP: temporary,
      ...Object.fromEntries(Object.entries(step.env ?? {}).map(([name, text]) => [name, evaluate(text)])),
      ...event.env,
    },
  });
  const read = (path: string): string => readFileSync(path, 'utf8');
  const lines = read(files.GITHUB_OUTPUT).split('\n').filter(Boolean);
  return {
    ...output,
    outputs: new Map(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
    summary: read(files.GITHUB_STEP_SUMMARY),
    environmentFiles: read(files.GITHUB_ENV) + read(files.GITHUB_PATH),
  };
}
