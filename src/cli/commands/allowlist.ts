import type { ExportOptions } from '../../export/exporter.js';
import type { Format } from '../../export/format.js';
import type { EgressList, Loss } from '../../model/egress-list.js';
import type { LockRow } from '../../model/lock.js';
import type { PolicyRule } from '../../model/policy.js';
import { CONFIG_FILE } from '../../policy/config/config.js';
import { egressList } from '../../policy/egress-list.js';
import { rowsOf } from '../../policy/lock-rows.js';
import { minimalList, proposeWildcards, type WildcardProposal } from '../../policy/minimal-list.js';
import { isNeededWithoutDev } from '../../policy/omit-dev.js';
import { jsonText } from '../../report/json-text.js';
import { leftOut, listJson, listText } from '../../report/list.js';
import { lossLines } from '../../report/losses.js';
import { plainText } from '../../report/plain-text.js';
import { USAGE } from '../exit-codes.js';
import { type ExportFlags, exportOptions } from '../export-options.js';
import { keptRuns } from '../open-store.js';
import { type CommonOptions, locate, lockPath } from '../project.js';
import { readLock } from '../read-lock.js';
import { readPolicy } from '../read-policy.js';
import { readTreeNames } from '../read-tree-names.js';

export interface AllowlistFlags extends CommonOptions, ExportFlags {
  readonly phase?: string;
  readonly json: boolean;
  readonly format?: Format;
  readonly config?: string;
  readonly omit?: 'dev';
  readonly widen: boolean;
  readonly strict: boolean;
}

/** `egresslock allowlist`: the smallest list, from the lock; where there is none, from the latest run of each phase. */
export async function allowlist(flags: AllowlistFlags): Promise<number> {
  const options = exportOptions(flags);
  const { project } = locate(flags);
  const lock = readLock(lockPath(project, flags.lock), flags.lock !== undefined);
  const records = keptRuns(flags, lock === null);
  const policy = await readPolicy(project, null, { ...flags, threatList: [] });
  if (lock === null) say('there is no lock yet; this is what the latest runs have done, accepted by nobody');
  const all = lock?.rows ?? records.flatMap(rowsOf);
  const rows = flags.omit === undefined ? all : withoutDev(all, project);
  const phase = flags.phase ?? null;
  if (phase !== null && !all.some((row) => row.phase === phase)) say(unknownPhase(phase, all));
  const list = egressList({
    rows,
    rules: policy?.rules ?? [],
    isOwn: (rule: PolicyRule) => rule.origin.startsWith(`${CONFIG_FILE}, `),
    records,
    phase,
    widen: flags.widen,
  });
  const proposals = proposeWildcards(minimalList(rows, phase === null ? {} : { phase }));
  const format = flags.format ?? (flags.json ? 'json' : 'text');
  const { text, widened, omitted } = await write(format, list, proposals, options, flags.strict);
  const lost = widened.length + omitted.length;
  // A reader of JSON finds it there.
  if (format !== 'json' || flags.strict) {
    for (const line of [...proposalLines(proposals, flags.widen), ...lossLines('widened', widened)])
      say(line);
    for (const line of lossLines('left out', omitted)) say(line);
  }
  if (flags.strict && lost > 0) {
    say('nothing is written: --strict takes no list that says other than what is accepted');
    return USAGE;
  }
  process.stdout.write(text);
  return 0;
}

interface Written {
  readonly text: string;
  readonly widened: readonly Loss[];
  readonly omitted: readonly Loss[];
}

async function write(
  format: Format,
  list: EgressList,
  proposals: readonly WildcardProposal[],
  options: ExportOptions,
  isStrict: boolean,
): Promise<Written> {
  const { widened, omitted } = list;
  // People read in the text itself what is left out of it.
  if (format === 'text')
    return { text: listText(list), widened, omitted: [...omitted, ...(isStrict ? leftOut(list) : [])] };
  if (format === 'json') return { text: jsonText(listJson(list, proposals)), widened, omitted };
  const { EXPORTERS } = await import('../../export/exporters.js');
  const exported = EXPORTERS[format](list, options);
  return {
    text: exported.text,
    widened: [...widened, ...exported.widened],
    omitted: [...omitted, ...exported.omitted],
  };
}

function withoutDev(rows: readonly LockRow[], project: string): LockRow[] {
  const names = readTreeNames(project);
  return rows.filter((row) => isNeededWithoutDev(row, names));
}

/** An empty list may be meant, and shuts a firewall where the phase is a slip of the pen. */
function unknownPhase(phase: string, rows: readonly LockRow[]): string {
  const known = [...new Set(rows.map((row) => row.phase))].sort();
  return `nothing is known of phase ${phase}${known.length === 0 ? '' : `; there are ${known.map(plainText).join(', ')}`}`;
}

function proposalLines(proposals: readonly WildcardProposal[], isAccepted: boolean): string[] {
  return proposals.map(({ pattern, reason }) =>
    isAccepted
      ? `${plainText(pattern)} stands for ${plainText(reason)}, as --widen says`
      : `${plainText(pattern)} could stand for ${plainText(reason)}; it is not in the list`,
  );
}

function say(line: string): void {
  process.stderr.write(`egresslock: ${line}\n`);
}
