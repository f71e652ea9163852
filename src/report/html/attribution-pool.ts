import type { StackFrame } from '../../model/attribution.js';
import { commandText, packageText } from '../labels.js';
import { plainText } from '../plain-text.js';
import type { ReportAttribution } from '../report-v1.js';
import type { PageAttribution, PageFrame, PageStack } from './page-data.js';

/** Keeps one of equal attributions, of which a run with many destinations has few. */
export interface AttributionPool {
  /** In the order in which they were asked for. */
  readonly all: readonly PageAttribution[];
  /** Their indexes in `all`, one for each distinct text. */
  indexesOf(attributions: readonly ReportAttribution[]): number[];
}

export function createAttributionPool(): AttributionPool {
  const all: PageAttribution[] = [];
  const known = new Map<string, number>();
  const indexOf = (attribution: ReportAttribution): number => {
    const page = toPage(attribution);
    const key = JSON.stringify(page);
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, all.length);
    return all.push(page) - 1;
  };
  return { all, indexesOf: (attributions) => [...new Set(attributions.map(indexOf))] };
}

/** Who an attribution names, in the words of the other reports. */
export function reportWho({ package: identity, manager, evidence, actor }: ReportAttribution): string {
  if (identity !== null) return packageText(identity);
  if (manager !== null) return `${plainText(manager)} (package manager)`;
  if (evidence === 'unattributed') return 'not attributed';
  return actor === null ? 'a process, no package known' : `process ${commandText(actor.argv)}`;
}

function toPage(one: ReportAttribution): PageAttribution {
  const { package: identity, actor, stack } = one;
  return {
    who: reportWho(one),
    location: identity === null ? null : plainText(identity.location),
    evidence: one.evidence,
    lifecycle: one.lifecycle === null ? null : plainText(one.lifecycle),
    script: one.script === null ? null : plainText(one.script),
    why: plainChains(one.why),
    command: actor === null ? null : commandText(actor.argv),
    cwd: actor === null ? null : plainText(actor.cwd),
    contradictions: one.contradictions.map(
      ({ field, claimed, witnessed }) =>
        `${field}: claimed ${plainText(claimed)}, found on disk ${plainText(witnessed)}`,
    ),
    stack: stack === undefined ? null : stackOf(stack),
  };
}

function stackOf({
  sink,
  cause,
  entry,
  clients,
  frames,
}: NonNullable<ReportAttribution['stack']>): PageStack {
  return {
    sink: packageText(sink),
    cause: cause === null ? null : packageText(cause),
    entry: packageText(entry),
    clients: clients.map(({ why, ...client }) => ({ who: packageText(client), why: plainChains(why) })),
    frames: frames.map(frameOf),
  };
}

function frameOf({ package: identity, path, line, column, bundle, isFile, ...frame }: StackFrame): PageFrame {
  return {
    who: identity === null ? null : packageText(identity),
    place: `${plainText(path)}:${line}:${column}`,
    function: frame.function === null ? null : plainText(frame.function),
    bundle: bundle === null ? null : plainText(bundle),
    isFile,
  };
}

function plainChains(chains: readonly (readonly string[])[]): string[][] {
  return chains.map((chain) => chain.map(plainText));
}
