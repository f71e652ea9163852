import { ACTIONS, type Action, type PolicyRule, type PortRange } from '../../model/policy.js';
import { PROTOCOLS } from '../../model/transport.js';
import { formatHostPattern, parseHostPattern } from '../rules/host-pattern.js';
import {
  type Place,
  type Read,
  readFields,
  readOneOrMore,
  readText,
  readWhole,
  readWord,
  unexpected,
} from './place.js';

/** What holds for rules that say nothing else. */
export interface RuleDefaults {
  /** Where the rules were written: see `PolicyRule`. */
  readonly origin: string;
  readonly action: Action;
  readonly priority: number;
}

/** Entries of one list in a rule, at most: whoever has more has a threat list. */
const MAXIMUM_ENTRIES = 10_000;
const HIGHEST_PORT = 65_535;
const HIGHEST_PRIORITY = 1_000_000;

export const readPort = readWhole(0, HIGHEST_PORT);
export const readWords: Read<string[]> = readOneOrMore(readText, 1, MAXIMUM_ENTRIES);

const readHostPattern: Read<string> = (place) => {
  const pattern = parseHostPattern(readText(place));
  if (pattern !== null) return formatHostPattern(pattern);
  throw unexpected(place, 'a name, *.name, an address, a range such as 192.0.2.0/24, or *');
};

const readPorts: Read<PortRange> = (place) => {
  if (typeof place.value === 'number') {
    const port = readPort(place);
    return { from: port, to: port };
  }
  const [, from = '', to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(place.value)) ?? [];
  const range = { from: Number(from), to: Number(to) };
  if (from !== '' && range.from <= range.to && range.to <= HIGHEST_PORT) return range;
  throw unexpected(place, `a port from 0 to ${HIGHEST_PORT}, or a range such as "8000-8100"`);
};

const readRuleFields = readFields({
  host: readHostPattern,
  hosts: readOneOrMore(readHostPattern, 1, MAXIMUM_ENTRIES),
  // An empty list has a meaning here: look-ups, and no connection.
  ports: readOneOrMore(readPorts, 0, MAXIMUM_ENTRIES),
  protocols: readOneOrMore(readWord(PROTOCOLS), 1, PROTOCOLS.length),
  packages: readWords,
  phases: readWords,
  action: readWord(ACTIONS),
  priority: readWhole(0, HIGHEST_PRIORITY),
  note: readText,
});

/** One rule as it is written, which is one for each of its hosts. */
export function readRule(place: Place, defaults: RuleDefaults): PolicyRule[] {
  const { host, hosts, action, priority, note: _, ...asks } = readRuleFields(place);
  if ((host === null) === (hosts === null)) {
    throw unexpected(
      place,
      'either the key host or the key hosts',
      host === null ? ' with neither' : ' with both',
    );
  }
  return (hosts ?? [host ?? '']).map((own) => ({
    origin: defaults.origin,
    priority: priority ?? defaults.priority,
    action: action ?? defaults.action,
    host: own,
    ...asks,
  }));
}
