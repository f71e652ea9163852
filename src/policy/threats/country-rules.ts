import { Reader, type Response } from 'mmdb-lib';
import type { PolicyRule } from '../../model/policy.js';
import { type Address, formatAddress } from '../address.js';
import { ConfigError } from '../config/config-error.js';
import { THREAT_PRIORITY } from '../profiles/parse-profile.js';
import { walkTree } from './mmdb-tree.js';

/** Bytes of a database, at most: those of cities have about 70 million, of countries a tenth of it. */
export const MAXIMUM_DATABASE = 256 * 1024 * 1024;

/**
 * Blocks the ranges that a MaxMind DB (format 2.0) gives to countries.
 * @param countries ISO 3166-1 alpha-2, upper case
 * @throws ConfigError where it is no such database, or says nothing of countries
 */
export function countryRules(database: Buffer, countries: readonly string[], name: string): PolicyRule[] {
  try {
    return rulesOf(database, new Set(countries), name);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    // The reader throws whatever comes up in a file that is none.
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('bad-value', `${name}: expected a MaxMind DB file: ${reason}`, { cause });
  }
}

function rulesOf(database: Buffer, countries: ReadonlySet<string>, name: string): PolicyRule[] {
  const reader = new Reader<Response>(database);
  const { nodeCount, recordSize, ipVersion } = reader.metadata;
  const rules: PolicyRule[] = [];
  /** Record → its country: there are far fewer records than ranges. */
  const known = new Map<number, string | null>();
  for (const { record, address, length } of walkTree(database, { nodeCount, recordSize, ipVersion })) {
    if (!known.has(record)) known.set(record, countryOf(reader, address));
    const country = known.get(record) ?? null;
    if (country !== null && countries.has(country)) rules.push(ruleFor(country, address, length));
  }
  if ([...known.values()].every((country) => country === null)) {
    throw new ConfigError('bad-value', `${name}: expected a database with countries, got one without`);
  }
  return rules;
}

/** GeoIP2 and DB-IP have `country.iso_code`, IPinfo `country_code` or `country`. */
function countryOf(reader: Reader<Response>, address: Address): string | null {
  const record: unknown = reader.get(formatAddress(address));
  const country = propertyOf(record, 'country');
  const codes = [propertyOf(country, 'iso_code'), propertyOf(record, 'country_code'), country];
  return codes.find((code): code is string => typeof code === 'string' && /^[A-Z]{2}$/.test(code)) ?? null;
}

function ruleFor(country: string, address: Address, length: number): PolicyRule {
  return {
    origin: `country list ${country}`,
    priority: THREAT_PRIORITY,
    action: 'block',
    host: `${formatAddress(address)}/${length}`,
    ports: null,
    protocols: null,
    packages: null,
    phases: null,
  };
}

function propertyOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
