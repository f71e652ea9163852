import { doctorText } from '../../report/doctor.js';
import { jsonText } from '../../report/json-text.js';
import { diagnose } from '../../run/doctor.js';
import { NO_SANDBOX } from '../exit-codes.js';

/** `egresslock doctor`: whether a sandbox can be made here, and what is lacking. */
export function doctor(flags: { readonly json: boolean }): number {
  const diagnosis = diagnose();
  process.stdout.write(flags.json ? jsonText(diagnosis) : doctorText(diagnosis));
  return diagnosis.backend === null ? NO_SANDBOX : 0;
}
