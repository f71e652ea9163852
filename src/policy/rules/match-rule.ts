import type { PolicyRule, Question } from '../../model/policy.js';

/** `maybe`: it depends on what is not known yet. */
export type Match = 'yes' | 'maybe' | 'no';

/** Whether a rule speaks of the question, its host left aside. */
export function matchRule(rule: PolicyRule, question: Question): Match {
  if (rule.phases?.includes(question.phase) === false) return 'no';
  if (!matchesSpeaker(rule, question)) return 'no';
  return question.port === null ? matchLookUp(rule) : matchConnection(rule, question.port, question.protocol);
}

function matchesSpeaker({ packages, action }: PolicyRule, { speaker }: Question): boolean {
  switch (speaker.kind) {
    case 'one':
      return packages === null || packages.includes(speaker.name);
    case 'any':
      return true;
    case 'doubtful':
      return packages === null || action === 'block';
    case 'unknown':
      return action === 'block';
  }
}

/** Every connection begins with a look-up, so a rule for connections may match one. */
function matchLookUp({ ports, protocols }: PolicyRule): Match {
  if (ports?.length === 0) return 'yes';
  return ports === null && protocols === null ? 'yes' : 'maybe';
}

function matchConnection(
  { ports, protocols }: PolicyRule,
  port: number,
  protocol: Question['protocol'],
): Match {
  if (ports?.some(({ from, to }) => from <= port && port <= to) === false) return 'no';
  if (protocols === null) return 'yes';
  if (protocol === null) return 'maybe';
  return protocols.includes(protocol) ? 'yes' : 'no';
}
