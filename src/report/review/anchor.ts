import { createHash } from 'node:crypto';
import { lockLineKey, type Review, type ReviewedFinding, type ReviewedRun } from '../../model/review.js';

/** A line of a file of the repository. */
export interface Anchor {
  /** Below the repository's root, with `/`. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
}

/** Where to point for a finding: at what brought its package, else at its row of the lock, else at the manifest. */
export function anchorOf(
  { files }: Review,
  { record }: ReviewedRun,
  { finding, origin }: ReviewedFinding,
): Anchor {
  if (origin !== null && origin.line !== null && files.packageLock !== null)
    return { path: files.packageLock.path, line: origin.line };
  const { destination, package: who } = finding;
  if (files.egressLock !== null && destination !== null) {
    const key = lockLineKey(record.run.phase, destination, origin?.package ?? who ?? '');
    const line = files.egressLock.lines.get(key);
    if (line !== undefined) return { path: files.egressLock.path, line };
  }
  return { path: files.manifest, line: 1 };
}

/**
 * The same for the same rule, package, destination and phase, in hex: no version and no line, so that an upgrade or a
 * change above in the file makes no new alert of an old one.
 */
export function fingerprintOf({ record }: ReviewedRun, { finding, origin }: ReviewedFinding): string {
  const { rule, destination, package: who } = finding;
  const parts = [rule, origin?.package ?? who, destination, record.run.phase];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Findings of all runs, the gravest of each run first; those that only inform are left out. */
export function* graveFindings(review: Review): Generator<{ run: ReviewedRun; reviewed: ReviewedFinding }> {
  for (const run of review.runs)
    for (const reviewed of run.findings) if (reviewed.finding.severity !== 'info') yield { run, reviewed };
}

/** Characters of a message in formats for programs; names in it are as long as somebody hostile likes. */
const MESSAGE = 1000;

export function cutMessage(text: string): string {
  const characters = [...text];
  return characters.length <= MESSAGE ? text : `${characters.slice(0, MESSAGE).join('')}...`;
}
