import {
  type Attribution,
  EVIDENCE,
  type Evidence,
  type StackClient,
  type StackFrame,
} from '../model/attribution.js';
import { compareBy } from '../model/compare.js';
import type { Destination } from '../model/destination.js';
import type { ExplainRow } from '../model/explain.js';
import { paintFor } from './colour.js';
import { chainText, packageText, placeText, whoText } from './labels.js';
import { plainText } from './plain-text.js';
import { countText } from './quantity.js';
import { padEnd } from './width.js';

type Place = Pick<Destination, 'host' | 'port' | 'transport' | 'protocol'>;

interface Sighting {
  readonly run: string;
  /** Start of the run: ISO 8601, UTC. */
  readonly at: string;
}

/** Who talked to the subject, or what the subject talked to. */
export interface Answer {
  readonly package: { readonly name: string; readonly versions: readonly string[] } | null;
  readonly manager: string | null;
  /** Strongest first. */
  readonly evidence: readonly Evidence[];
  readonly lifecycles: readonly string[];
  readonly phases: readonly string[];
  readonly firstSeen: Sighting;
  readonly lastSeen: Sighting;
  /** Number of stored runs in which it was seen. */
  readonly runs: number;
  readonly destinations: readonly Place[];
  /** Chains of the newest run that has any, shortest first. */
  readonly why: readonly (readonly string[])[];
  /** HTTP clients that it has called to get there; by name. */
  readonly clients: readonly StackClient[];
  /** Of the newest run in which the code inside the process was known; innermost first, else empty. */
  readonly frames: readonly StackFrame[];
}

export interface ExplainV1 {
  readonly schemaVersion: 1;
  readonly subject: string;
  /** Packages first, then package managers, then processes; by name. Empty where no stored run knows the subject. */
  readonly answers: readonly Answer[];
}

/** Frames that are shown of one stack. */
const SHOWN_FRAMES = 12;
const LABEL = 'destinations'.length + 2;

export function explainJson(subject: string, rows: readonly ExplainRow[]): ExplainV1 {
  return { schemaVersion: 1, subject, answers: grouped(rows).map(answerOf) };
}

/** Who, which phases, first and last seen, and why it is in the tree. */
export function explainText(
  subject: string,
  rows: readonly ExplainRow[],
  options: { readonly colour: boolean },
): string {
  const paint = paintFor(options.colour);
  const title = plainText(subject);
  if (rows.length === 0) {
    return `no stored run knows ${title}: expected a host or a package name; egresslock runs lists what is stored\n`;
  }
  const blocks = grouped(rows).map((group) => {
    const answer = answerOf(group);
    return [
      paint.strong(headOf(answer, group)),
      ...bodyOf(answer).map(([label, text]) => line(label, text)),
    ].join('\n');
  });
  return `${[title, ...blocks].join('\n\n')}\n`;

  function line(label: string, text: string): string {
    return `  ${paint.faint(padEnd(label, LABEL))}${text}`;
  }
}

function headOf(answer: Answer, group: readonly ExplainRow[]): string {
  const newest = group.at(-1);
  if (answer.package === null) return newest === undefined ? '' : whoText(newest.attribution, undefined);
  const versions = answer.package.versions.length === 0 ? '' : `@${answer.package.versions.join(', ')}`;
  return plainText(`${answer.package.name}${versions}`);
}

function bodyOf(answer: Answer): [string, string][] {
  const places = answer.destinations.map((to) =>
    to.port === null ? `${placeText(to)} (only looked up)` : `${placeText(to)}/${to.protocol}`,
  );
  return [
    ...column('destinations', places),
    ...column('phases', joined(answer.phases)),
    ...column('scripts', joined(answer.lifecycles)),
    ...column('through', answer.why.map(chainText)),
    ...column('clients', answer.clients.map(clientText)),
    ...column('frames', framesText(answer.frames)),
    ...column('evidence', [answer.evidence.join(', ')]),
    ...column('first seen', [seenText(answer.firstSeen)]),
    ...column('last seen', [`${seenText(answer.lastSeen)}, ${countText(answer.runs, 'run')} in all`]),
  ];
}

/** `axios@1.2.3, through app > axios`. */
function clientText({ why, ...client }: StackClient): string {
  const [chain] = why;
  return chain === undefined ? packageText(client) : `${packageText(client)}, through ${chainText(chain)}`;
}

/** `axios dist/node/axios.cjs:4902 in httpAdapter`; a mark where the code was not the file on disk. */
function framesText(frames: readonly StackFrame[]): string[] {
  const lines = frames.slice(0, SHOWN_FRAMES).map((frame) => {
    const owner = frame.package === null ? '' : `${frame.package.name} `;
    const within = frame.function === null ? '' : ` in ${frame.function}`;
    const mark = frame.bundle
      ? ` (in the bundle ${frame.bundle})`
      : frame.isFile
        ? ''
        : ' (not the file on disk)';
    return plainText(`${owner}${frame.path}:${frame.line}${within}${mark}`);
  });
  const more = frames.length - lines.length;
  return more > 0 ? [...lines, `and ${countText(more, 'frame')} more`] : lines;
}

function joined(texts: readonly string[]): string[] {
  return texts.length === 0 ? [] : [plainText(texts.join(', '))];
}

function column(label: string, texts: readonly string[]): [string, string][] {
  return texts.map((text, index) => [index === 0 ? label : '', text]);
}

function seenText({ at, run }: Sighting): string {
  return `${plainText(at)} in ${plainText(run)}`;
}

/** Rows of the same package (in any version), manager or kind of process; oldest first within each. */
function grouped(rows: readonly ExplainRow[]): ExplainRow[][] {
  const groups = new Map<string, ExplainRow[]>();
  for (const row of [...rows].sort(oldestFirst)) {
    const key = JSON.stringify(keyOf(row));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].sort(compareBy(([key]) => key)).map(([, group]) => group);
}

const oldestFirst = compareBy<ExplainRow>(
  (row) => row.startedAt,
  (row) => row.runId,
  (row) => row.destination.host,
  (row) => row.destination.port,
  (row) => row.destination.protocol,
);

function keyOf({ attribution }: ExplainRow): (string | number)[] {
  if (attribution.package !== null) return [0, attribution.package.name];
  return attribution.manager === null ? [2, attribution.evidence] : [1, attribution.manager];
}

function answerOf(group: readonly ExplainRow[]): Answer {
  const newest = group.at(-1);
  const chains = group.filter((row) => row.attribution.why.length > 0).at(-1)?.attribution.why ?? [];
  const attributions = group.map((row) => row.attribution);
  const found = newest?.attribution.package ?? null;
  const versions = distinct(attributions.map((one) => one.package?.version ?? null));
  return {
    package: found === null ? null : { name: found.name, versions },
    manager: newest?.attribution.manager ?? null,
    evidence: EVIDENCE.filter((evidence) => attributions.some((one) => one.evidence === evidence)),
    lifecycles: distinct(attributions.map((one) => one.lifecycle)),
    phases: distinct(group.map((row) => row.phase)),
    firstSeen: sighting(group[0]),
    lastSeen: sighting(newest),
    runs: new Set(group.map((row) => row.runId)).size,
    destinations: placesOf(group),
    why: chains.map((chain) => [...chain]),
    clients: clientsOf(attributions),
    frames: group.findLast((row) => row.attribution.stack !== null)?.attribution.stack?.frames ?? [],
  };
}

function clientsOf(attributions: readonly Attribution[]): StackClient[] {
  const clients = attributions.flatMap((one) => one.stack?.clients ?? []);
  const byPackage = new Map(
    clients.map((one) => [JSON.stringify([one.name, one.version, one.location]), one]),
  );
  return [...byPackage].sort(compareBy(([key]) => key)).map(([, one]) => one);
}

function sighting(row: ExplainRow | undefined): Sighting {
  return { run: row?.runId ?? '', at: row?.startedAt ?? '' };
}

function placesOf(group: readonly ExplainRow[]): Place[] {
  const places = new Map<string, Place>();
  for (const { destination } of group) {
    const { host, port, transport, protocol } = destination;
    places.set(JSON.stringify([host, port, transport, protocol]), { host, port, transport, protocol });
  }
  return [...places.values()].sort(
    compareBy(
      (to) => to.host,
      (to) => to.port,
      (to) => to.transport,
      (to) => to.protocol,
    ),
  );
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))].sort();
}
