import type { RunRecord } from '../model/record.js';
import type { Capture } from '../model/run.js';
import { sortedFindings } from './findings.js';

/** Text that a shell takes for nothing but one word, and that no program takes for an option. */
const ONE_WORD = /^[a-z0-9@_][a-z0-9@_./:-]*$/i;

/** The one thing to do after a run, as a sentence with the command to type. */
export function nextStep(record: RunRecord, lockPresent: boolean): string {
  if (record.capture.verdict !== 'complete') return repair(record.capture);
  if (record.run.mode === 'sinkhole') {
    if (record.destinations.length === 0) return 'nothing to do, nothing was tried';
    const left = record.destinations.some(({ verdict }) => verdict === 'allowed')
      ? 'nothing has left but what --registry lets through'
      : 'nothing has left';
    return `${left}; egresslock show ${record.run.id} --json has all of it`;
  }
  if (record.findings.some(({ rule, also }) => rule === 'blocked' || also?.includes('blocked') === true)) {
    return lockPresent
      ? 'where something blocked is meant: run it once with --mode observe, then egresslock accept; or add a rule to egresslock.config.yaml'
      : 'there is no lock yet: run it once with --mode observe, then egresslock accept; or write extends: [npm] and rules into egresslock.config.yaml';
  }
  const worst = sortedFindings(record.findings).find((finding) => finding.rule !== 'stale-entry');
  if (worst !== undefined && (lockPresent || worst.rule === 'identity-contradiction')) {
    const accept = worst.rule === 'identity-contradiction' ? '' : '; if it is meant: egresslock accept';
    const subject = worst.destination === null ? nameOf(worst.package) : hostOf(worst.destination);
    return subject !== null && ONE_WORD.test(subject)
      ? `egresslock explain ${subject}${accept}`
      : `egresslock show ${record.run.id}${accept}`;
  }
  if (!lockPresent && record.run.exitCode !== 0) {
    return 'once the command succeeds, egresslock accept writes the lock from that run';
  }
  if (!lockPresent) return 'egresslock accept writes the lock from this run; commit it';
  if (record.findings.some((finding) => finding.rule === 'stale-entry')) {
    return 'nothing to do; egresslock accept would take the stale rows out of the lock';
  }
  return record.run.exitCode === 0
    ? 'nothing to do, all that was seen is in the lock'
    : 'all that was seen is in the lock; the command itself has failed';
}

function repair({ backend, reasons }: Capture): string {
  const codes = new Set(reasons.map((reason) => reason.code));
  if (codes.has('file-incomplete'))
    return 'capture whole packets up to the end, and import again; what is here is not all';
  if (backend === 'import' && codes.has('limit-reached'))
    return 'cut the capture in parts, and import each; what is here is not all';
  if (codes.has('killed')) return 'let the command run to its end once more';
  if (codes.has('journal-failed'))
    return 'make room for the database, or name another with --db, and run it again';
  return 'run it again; where it stays so, egresslock doctor says what is lacking';
}

/** `x.example` of `x.example:443/tls`, the address of `[2001:db8::1]:443/tls`. */
function hostOf(label: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(label)?.[1];
  return bracketed ?? label.replace(/:\d+\/\w+$/, '');
}

/** `left` of `left@1.2.4`, `@scope/left` of `@scope/left@1.2.4`. */
function nameOf(label: string | null): string | null {
  return label === null ? null : label.replace(/(?<=.)@[^@]*$/, '');
}
