import type { Incident } from './incident.js';
import type { Reenactment } from './re-enact.js';
import type { Trial } from './workshop.js';

/** What a run has sent that the honest one has not, by where it went. */
export interface Loot {
  /** To addresses that no honest package uses. */
  readonly strangers: number;
  /** Names that no honest package uses, each once. */
  readonly names: number;
  /** To hosts that others are allowed; the requests are those that the honest run has not made. */
  readonly trusted: number;
  readonly requests: readonly string[];
}

export function lootOf(trial: Trial, honest: Trial): Loot {
  const known = new Set(honest.trusted.map((request) => request.url));
  const own = trial.trusted.filter((request) => !known.has(request.url));
  return {
    strangers: trial.strangers.bytes,
    names: new Set(trial.names).size,
    trusted: own.reduce((sum, request) => sum + request.bytes, 0),
    requests: own.map((request) => request.url),
  };
}

/** `1031 B, 4 names, 959 B to allowed hosts`; `0 B` for nothing. */
function lootText({ strangers, names, trusted }: Loot): string {
  const parts = [
    ...(strangers > 0 || names + trusted === 0 ? [`${strangers} B`] : []),
    ...(names > 0 ? [names === 1 ? '1 name' : `${names} names`] : []),
    ...(trusted > 0 ? [`${trusted} B to allowed hosts`] : []),
  ];
  return parts.join(', ');
}

/** The table that a person reads: what each incident has raised against the honest lock, and what has left. */
export function incidentTable(rows: readonly (readonly [Incident, Reenactment])[]): string {
  const lines = rows.map(([{ incident, runsAt }, { honest, locked, enforced }]) => {
    const { findings } = locked.run.report;
    const rules = [...new Set(findings.flatMap(({ rule, also = [] }) => [rule, ...also]))].sort();
    const named = [...new Set(findings.map((finding) => finding.package ?? '–'))].sort();
    const left = [locked, enforced].map((trial) => lootText(lootOf(trial, honest)));
    return `| ${[incident, runsAt, rules.join(', '), named.join(', '), ...left].join(' | ')} |`;
  });
  return [
    '| incident | runs at | findings | named package | left in observe | left in enforce |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}
