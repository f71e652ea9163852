import type { RuleId } from '../../model/finding.js';
import type { Visit } from './scene.js';
import type { Grade } from './severities.js';
import type { Sighting } from './sighting.js';

/** What a rule says of one destination and one of those who went there. */
export function visitSighting(
  visit: Visit,
  rule: RuleId,
  text: { readonly message: string; readonly help: string; readonly grade?: Grade },
): Sighting {
  const { grade = 'high', message, help } = text;
  return {
    rule,
    grade,
    destination: visit.label,
    package: visit.who.label,
    message,
    help,
    covers: [visit.key],
  };
}
