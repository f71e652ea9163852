import { join, resolve } from 'node:path';
import type { Lock } from '../../model/lock.js';
import type { PolicyRule } from '../../model/policy.js';
import { CONFIG_FILE } from '../../policy/config/config.js';
import { ConfigError } from '../../policy/config/config-error.js';
import type { Layer } from '../../policy/config/extend-config.js';
import { type ResolvedPolicy, resolvePolicy } from '../../policy/config/resolve-policy.js';
import type { Surroundings } from './load-layers.js';
import { MAXIMUM_CONFIG, readBounded } from './read-bounded.js';

/** Bytes of a threat list, at most: some two million lines. */
const MAXIMUM_THREATS = 64 * 1024 * 1024;

export interface PolicySource extends Surroundings {
  /** Path of the configuration; null for the project's own, which need not be there. */
  readonly config: string | null;
  readonly lock: Lock | null;
  /** Paths of further threat lists. */
  readonly threatLists: readonly string[];
}

/** A policy, and what its reader must know of how it came to be. */
export interface LoadedPolicy extends ResolvedPolicy {
  /** Origins of the rules that are threat lists, or block countries. */
  readonly threats: ReadonlySet<string>;
  /** Whole sentences without a full stop: lines of a threat list that were not understood, a profile without registry. */
  readonly remarks: readonly string[];
}

/** Reads all that a run goes by. @throws ConfigError */
export async function loadPolicy(source: PolicySource): Promise<LoadedPolicy> {
  const remarks: string[] = [];
  const layers = await readLayers(source, remarks);
  const threats = await readThreatLists(layers, source.threatLists, remarks);
  const countries = await readCountries(layers);
  const configs = layers.map(({ config }) => config);
  const listed = layers.filter(({ id }) => id.startsWith('profile threats/'));
  const threatening = [listed.flatMap(({ config }) => config.rules), threats, countries];
  return {
    ...resolvePolicy(configs, source.lock, [...threats, ...countries]),
    threats: new Set(threatening.flatMap((rules) => rules.map(({ origin }) => origin))),
    remarks,
  };
}

/*
 * What only some projects have is imported where it is met: a run without a configuration must not wait for a parser of
 * YAML.
 */

async function readLayers(source: PolicySource, remarks: string[]): Promise<Layer[]> {
  const path = resolve(source.config ?? join(source.project, CONFIG_FILE));
  const text = readBounded(path, MAXIMUM_CONFIG);
  if (text === null && source.config === null) return [];
  if (text === null) throw new ConfigError('not-found', `expected a configuration at ${path}, got none`);
  const { loadLayers } = await import('./load-layers.js');
  return loadLayers(path, text.toString('utf8'), source, remarks);
}

async function readThreatLists(
  layers: readonly Layer[],
  further: readonly string[],
  remarks: string[],
): Promise<PolicyRule[]> {
  // By their places, since a list that two configurations name is read once.
  const lists = new Map<string, string>([
    ...further.map((path): [string, string] => [resolve(path), path]),
    ...layers.flatMap(({ folder, config }) =>
      config.threatLists.map((path): [string, string] => [resolve(folder ?? '', path), path]),
    ),
  ]);
  if (lists.size === 0) return [];
  const { parseThreatList } = await import('../../policy/threats/parse-threat-list.js');
  return [...lists].flatMap(([path, written]) => {
    const text = readBounded(path, MAXIMUM_THREATS);
    if (text === null) throw new ConfigError('not-found', `expected a threat list at ${path}, got none`);
    // No report holds a path of the machine: rules are named by the path as it was written.
    const { rules, malformed } = parseThreatList(text.toString('utf8'), `threat list ${written}`);
    const [example] = malformed.examples;
    if (example !== undefined) {
      const lines = malformed.count === 1 ? '1 line' : `${malformed.count} lines`;
      remarks.push(
        `the threat list ${written} has ${lines} without a host that can be blocked, such as line ${example.line}: ${example.text}`,
      );
    }
    return [...rules];
  });
}

async function readCountries(layers: readonly Layer[]): Promise<PolicyRule[]> {
  const rules: PolicyRule[] = [];
  for (const { folder, config } of layers) {
    if (config.countries === null) continue;
    const { countryRules, MAXIMUM_DATABASE } = await import('../../policy/threats/country-rules.js');
    const { database, block } = config.countries;
    const path = resolve(folder ?? '', database);
    const bytes = readBounded(path, MAXIMUM_DATABASE);
    if (bytes === null)
      throw new ConfigError('not-found', `expected a database of countries at ${path}, got none`);
    // One after the other: as arguments, a hundred thousand of them would be more than the stack holds.
    for (const rule of countryRules(bytes, block, database)) rules.push(rule);
  }
  return rules;
}
