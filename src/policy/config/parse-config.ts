import { RULES, type RuleId, SEVERITIES, type Severity } from '../../model/finding.js';
import type { Budget, DnsAnswer, PolicyRule } from '../../model/policy.js';
import { MODES, type Mode } from '../../model/run.js';
import { formatHost, parseHost } from '../host.js';
import { CONFIG_FILE, type Config, type CountryBlock, EMPTY_CONFIG } from './config.js';
import {
  hint,
  type Place,
  type Read,
  readFields,
  readList,
  readRecord,
  readText,
  readWord,
  unexpected,
} from './place.js';
import { readBytes } from './read-bytes.js';
import { readExtension } from './read-extension.js';
import { readRule } from './read-rule.js';
import { readYaml } from './yaml-text.js';

/** Before the built-in threats (200), profiles (400) and the lock (500). */
export const CONFIG_PRIORITY = 100;

/** Entries of a list of the configuration, at most; the text's own maximum is reached before. */
const MAXIMUM_RULES = 50_000;
const MAXIMUM_ENTRIES = 1000;

const PASSAGE = ['block', 'allow'] as const;

/** One mode for all phases, or a map from phase to mode with `default` for the others. */
const readMode: Read<Config['mode']> = (place) => {
  if (typeof place.value === 'string') return { default: readWord(MODES)(place), phases: new Map() };
  const modes = new Map<string, Mode>();
  for (const [phase, mode] of readRecord(place)) modes.set(phase, readWord(MODES)(mode));
  const own = modes.get('default') ?? null;
  modes.delete('default');
  return { default: own, phases: modes };
};

const readExactHost: Read<string> = (place) => {
  const host = parseHost(readText(place));
  if (host !== null) return formatHost(host);
  throw unexpected(place, 'a name or an address');
};

const readAnswer: Read<DnsAnswer> = (place) => {
  if (place.value === 'nxdomain' || place.value === 'nodata') return { kind: place.value };
  if (typeof place.value === 'string') {
    const like = hint(place.value, ['nxdomain', 'nodata', 'override']);
    throw unexpected(place, 'nxdomain, nodata, or an object with the key override', like);
  }
  const { override } = readFields({ override: readExactHost })(place);
  if (override !== null) return { kind: 'override', target: override };
  throw unexpected(place, 'nxdomain, nodata, or an object with the key override');
};

const readBudget: Read<Budget> = (place) => {
  const {
    host,
    package: name,
    bytes,
  } = readFields({ host: readExactHost, package: readText, bytes: readBytes })(place);
  if (bytes === null || (host === null && name === null)) {
    throw unexpected(place, 'the key bytes, and host or package or both of them');
  }
  return { host, package: name, bytes };
};

const readSeverities: Read<Map<RuleId, Severity>> = (place) => {
  const severities = new Map<RuleId, Severity>();
  for (const [name, severity] of readRecord(place)) {
    const rule = readWord(RULES)({ ...severity, value: name });
    severities.set(rule, readWord(SEVERITIES)(severity));
  }
  return severities;
};

const readCountries: Read<CountryBlock> = (place) => {
  const { database, block } = readFields({
    database: readText,
    block: readList(readCountry, 1, MAXIMUM_ENTRIES),
  })(place);
  if (database !== null && block !== null) return { database, block };
  throw unexpected(place, 'the keys database and block');
};

const readConfig = readFields({
  mode: readMode,
  extends: readList(readExtension, 0, MAXIMUM_ENTRIES),
  rules: readList((place) => place, 0, MAXIMUM_RULES),
  failOn: readWord(SEVERITIES),
  dns: readFields({ answer: readAnswer, cname: readWord(['inspect', 'trust'] as const) }),
  encryptedHello: readWord(PASSAGE),
  privateAddresses: readWord(PASSAGE),
  budgets: readList(readBudget, 0, MAXIMUM_ENTRIES),
  severities: readSeverities,
  threatLists: readList(readText, 0, MAXIMUM_ENTRIES),
  countries: readCountries,
});

/**
 * Reads a configuration.
 * @param name What errors and the origins of its rules call it
 * @throws ConfigError
 */
export function parseConfig(text: string, name: string = CONFIG_FILE): Config {
  const { dns, rules, ...own } = readConfig(readYaml(text, name));
  return {
    mode: own.mode ?? EMPTY_CONFIG.mode,
    extends: own.extends ?? [],
    rules: (rules ?? []).flatMap((place, index): PolicyRule[] =>
      readRule(place, { origin: `${name}, rule ${index + 1}`, action: 'allow', priority: CONFIG_PRIORITY }),
    ),
    failOn: own.failOn,
    dnsAnswer: dns?.answer ?? null,
    cname: dns?.cname ?? null,
    encryptedHello: own.encryptedHello,
    privateAddresses: own.privateAddresses,
    budgets: own.budgets ?? [],
    severities: own.severities ?? new Map(),
    threatLists: own.threatLists ?? [],
    countries: own.countries,
  };
}

function readCountry(place: Place): string {
  if (typeof place.value === 'string' && /^[A-Z]{2}$/.test(place.value)) return place.value;
  throw unexpected(place, 'a country as two capital letters (ISO 3166-1)');
}
