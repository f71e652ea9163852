import { plainText } from './plain-text.js';
import { cellsOf, largest, padEnd } from './width.js';

/** What `doctor` found, as the report needs it. */
export interface DiagnosisView {
  readonly checks: readonly {
    readonly name: string;
    readonly state: 'ok' | 'missing' | 'unknown';
    readonly detail: string;
    /** The one command, or the one thing, that repairs it; null where nothing needs repair. */
    readonly repair: string | null;
  }[];
  /** The backend that would run; null where none can. */
  readonly backend: string | null;
  readonly how: string;
  /** What a run on this machine could not see. */
  readonly blind: readonly string[];
}

const STATE = 'missing'.length + 2;

/** Each ingredient with its repair below it, then what would run, and what it could not see. */
export function doctorText(diagnosis: DiagnosisView): string {
  const column = largest(diagnosis.checks.map((check) => cellsOf(plainText(check.name)))) + 2;
  const checks = diagnosis.checks.flatMap((check) => [
    `${padEnd(check.state, STATE)}${padEnd(plainText(check.name), column)}${plainText(check.detail)}`,
    ...(check.repair === null ? [] : [`${' '.repeat(STATE)}repair: ${plainText(check.repair)}`]),
  ]);
  const lines = [
    ...checks,
    '',
    `backend: ${plainText(diagnosis.backend ?? 'none')} (${plainText(diagnosis.how)})`,
    ...diagnosis.blind.map((text) => `can't see: ${plainText(text)}`),
  ];
  return `${lines.join('\n')}\n`;
}
