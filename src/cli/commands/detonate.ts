import { resolve } from 'node:path';
import { detonationReport, detonationText } from '../../report/detonation.js';
import { jsonText } from '../../report/json-text.js';
import { plainText } from '../../report/plain-text.js';
import { detonate as detonatePackage } from '../../run/detonate.js';
import { exitCodeOf, INCOMPLETE } from '../exit-codes.js';
import { appearanceOf } from '../terminal.js';
import { UsageError } from '../usage-error.js';

export interface DetonateFlags {
  readonly json: boolean;
  readonly reveal: boolean;
  readonly answers?: string;
  readonly registry: readonly string[];
  /** Seconds. */
  readonly wait: number;
}

/** npm's rules for names (validate-npm-package-name), and a version, a range without blanks, or a tag. */
const PACKAGE = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~_-][a-z0-9._~-]*@[\w.+^~*-]+$/i;

/** What a terminal, a CI system or a shell sends to whom it ends. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `egresslock detonate NAME@VERSION`: returns the exit code. @throws UsageError */
export async function detonate(name: string, flags: DetonateFlags): Promise<number> {
  if (!PACKAGE.test(name) || name.startsWith('-')) {
    throw new UsageError(`expected a package as NAME@VERSION, got ${name}`);
  }
  const interruption = new AbortController();
  // What hangs is ended by its caller: the package must not go on without, and its folder is to be removed.
  for (const signal of ENDING) process.on(signal, () => interruption.abort());
  const { detonation, stopped } = await detonatePackage({
    package: name,
    registries: flags.registry,
    answers: flags.answers === undefined ? null : resolve(flags.answers),
    reveal: flags.reveal,
    wait: flags.wait * 1000,
    environment: process.env,
    interruption: interruption.signal,
    onPhase: (phase) => process.stderr.write(`egresslock: ${plainText(name)}: ${phase}\n`),
  });
  if (stopped !== null) {
    for (const line of stopped.output.trimEnd().split('\n')) process.stderr.write(`${plainText(line)}\n`);
    process.stderr.write(`egresslock: the phase ${stopped.phase} failed: what follows it was not run\n`);
  }
  // Nothing has run: wrong usage, or no sandbox.
  if (detonation.phases.length === 0) return stopped?.code ?? INCOMPLETE;
  const report = detonationReport(detonation);
  process.stdout.write(
    flags.json ? jsonText(report) : detonationText(detonation, appearanceOf(process.stdout, process.env)),
  );
  const [fetched, ...others] = detonation.phases;
  const isCutShort = stopped !== null && others.length > 0;
  return exitCodeOf({
    // Scripts fail for want of what they were refused; only where nothing was tried does npm's own failure count.
    command: report.tried ? 0 : (fetched?.report.run.exitCode ?? 1),
    verdict: isCutShort ? 'partial' : report.verdict,
    alerts: report.tried ? 1 : 0,
  });
}
