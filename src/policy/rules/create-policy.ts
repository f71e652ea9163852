import { ACTIONS, type Decision, type Policy, type PolicyRule, type Question } from '../../model/policy.js';
import { parseHost } from '../host.js';
import { PolicyError } from '../policy-error.js';
import { createHostIndex } from './host-index.js';
import { type HostPattern, parseHostPattern } from './host-pattern.js';
import { type Match, matchRule } from './match-rule.js';

/** A policy that also tells what else its rules say. */
export interface RuleSet extends Policy {
  /** All rules that match or may match, the one that comes first in front. */
  matching(question: Question): readonly PolicyRule[];
}

const NO_RULE: Decision = { action: 'none', rule: null };

/**
 * Makes the policy of rules, in any order; of several that are equal in priority and action the first one counts.
 * An allow rule whose host is none never matches.
 * @throws PolicyError `bad-rule` for an alert or block rule whose host is none: it would be silently weaker.
 */
export function createPolicy(rules: readonly PolicyRule[]): RuleSet {
  const ordered = [...rules].sort((a, b) => a.priority - b.priority || strictness(b) - strictness(a));
  const index = createHostIndex(patternsOf(ordered));

  return {
    decide: (question) => {
      const host = parseHost(question.host);
      const number = index.lowest(host, (candidate) => {
        const rule = ordered[candidate];
        // What is no host is let pass by no rule: two readers of it might see two hosts.
        return rule !== undefined && (host !== null || rule.action === 'block') && decides(rule, question);
      });
      const rule = ordered[number];
      return rule === undefined ? NO_RULE : { action: actionOf(rule, question), rule };
    },
    matching: (question) => {
      const numbers: number[] = [];
      // Nothing is accepted, so that all that cover the host come by.
      index.lowest(parseHost(question.host), (candidate) => {
        numbers.push(candidate);
        return false;
      });
      return numbers
        .sort((a, b) => a - b)
        .flatMap((number) => ordered[number] ?? [])
        .filter((rule) => matchRule(rule, question) !== 'no');
    },
  };
}

/** Whether nothing after this rule has a say: it matches, or it may match and lets pass for the moment. */
function decides(rule: PolicyRule, question: Question): boolean {
  const match: Match = matchRule(rule, question);
  return match === 'yes' || (match === 'maybe' && rule.action !== 'block');
}

/** An alert rule that only may match lets pass, and is no finding yet. */
function actionOf(rule: PolicyRule, question: Question): Decision['action'] {
  return rule.action === 'alert' && matchRule(rule, question) === 'maybe' ? 'allow' : rule.action;
}

function strictness({ action }: PolicyRule): number {
  return ACTIONS.indexOf(action);
}

/** One after the other: a million of them at once would be memory for nothing. */
function* patternsOf(rules: readonly PolicyRule[]): Generator<HostPattern | null> {
  for (const rule of rules) yield patternOf(rule);
}

function patternOf(rule: PolicyRule): HostPattern | null {
  const pattern = parseHostPattern(rule.host);
  if (pattern === null && rule.action !== 'allow') {
    throw new PolicyError(
      'bad-rule',
      `${rule.origin}: expected a name, *.name, an address, a range such as 192.0.2.0/24, or * as host, got ${JSON.stringify(rule.host)}`,
    );
  }
  return pattern;
}
