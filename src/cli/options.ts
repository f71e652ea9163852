import { InvalidArgumentError, Option } from 'commander';
import { SEVERITIES } from '../model/finding.js';

/* Options that several commands have, and how values on the command line are read. */

export const json = (): Option => new Option('--json', 'write JSON to standard output').default(false);
export const database = (): Option =>
  new Option('--db <file>', 'the database of runs (default: .egresslock/runs.db of the project)');
export const lock = (): Option =>
  new Option('--lock <file>', 'the lock (default: egress.lock.json of the project)');
export const failOn = (): Option =>
  new Option(
    '--fail-on <level>',
    'exit with 120 for findings at or above this level (default: as the configuration says, else high)',
  ).choices(SEVERITIES);
export const config = (): Option =>
  new Option('--config <file>', 'the policy (default: egresslock.config.yaml of the project)');
export const threatList = (): Option =>
  new Option('--threat-list <file>', 'domains or addresses that nobody may reach; may be repeated')
    .argParser(collect)
    .default([]);

export function parsePhase(value: string): string {
  if (/^[\w.:-]{1,64}$/.test(value)) return value;
  throw new InvalidArgumentError('expected 1 to 64 letters, digits or any of _ . : -');
}

export function parseLimit(value: string): number {
  const limit = Number(value);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw new InvalidArgumentError('expected a whole number above 0');
}

export function parseWait(value: string): number {
  const seconds = Number(value);
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= 3600) return seconds;
  throw new InvalidArgumentError('expected 1 to 3600 seconds');
}

export function collect(value: string, others: readonly string[]): string[] {
  return [...others, value];
}
