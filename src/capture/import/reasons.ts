import type { CaptureReason, CaptureVerdict } from '../../model/run.js';
import type { CaptureFile } from './file/read-capture.js';
import type { Tally } from './tally.js';

/**
 * What a reader of an imported capture must know, and whether it is all that happened between its first and its last
 * packet. That no event has a process is no reason: a capture can't know one, and says so by its backend.
 */
export function judgeImport(
  file: CaptureFile,
  tally: Tally,
): { readonly verdict: CaptureVerdict; readonly reasons: readonly CaptureReason[] } {
  const reasons = [...incomplete(file, tally), ...limits(tally), ...remarks(tally)];
  const isComplete = reasons.every((reason) => reason.code === 'file-remark');
  return { verdict: isComplete ? 'complete' : 'partial', reasons };
}

function incomplete({ end, dropped }: CaptureFile, tally: Tally): CaptureReason[] {
  return [
    ...(end.state === 'stopped' ? [`the file makes no sense from byte ${end.offset} on: ${end.reason}`] : []),
    ...grouped(tally.unknownLinks, (types) => `packets of link types that are not known here (${types})`),
    ...counted(dropped, 'packets were lost while they were captured'),
    ...counted(tally.unreadable, 'packets are cut off within their headers, or make no sense'),
    ...counted(tally.lostDatagrams, 'fragmented datagrams are not whole'),
    ...counted(tally.cutFlows, 'flows lack the bytes that would say more of them; capture whole packets'),
  ].map((message) => ({ code: 'file-incomplete', message }));
}

function limits(tally: Tally): CaptureReason[] {
  return [
    ...counted(tally.refusedEvents, 'packets or names were too many to be kept; cut the capture in parts'),
    ...counted(
      tally.hurriedFlows,
      'flows were named before all of their first bytes were seen, to save memory',
    ),
  ].map((message) => ({ code: 'limit-reached', message }));
}

function remarks(tally: Tally): CaptureReason[] {
  return [
    ...counted(
      tally.olderConnections,
      'connections are older than the capture; their ports tell who began them',
    ),
    ...counted(tally.unaskedAnswers, 'DNS answers came without their query, and name nothing'),
    ...grouped(
      tally.otherProtocols,
      (numbers) => `packets of other IP protocols (${numbers}) were not looked into`,
    ),
  ].map((message) => ({ code: 'file-remark', message }));
}

function counted(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}

/** Numbers that are named; a file may hold thousands. */
const NAMED = 5;

function grouped(counts: ReadonlyMap<number, number>, what: (numbers: string) => string): string[] {
  const numbers = [...counts.keys()].sort((a, b) => a - b);
  const named = numbers.slice(0, NAMED).join(', ') + (numbers.length > NAMED ? ', …' : '');
  return counted(
    [...counts.values()].reduce((total, count) => total + count, 0),
    what(named),
  );
}
