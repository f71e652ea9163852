import type { PolicyRule, Question } from '../../../src/model/policy.js';

/** A rule that allows all to go to x.example, but for what is given. */
export function rule(own: Partial<PolicyRule>): PolicyRule {
  return {
    origin: 'a test',
    priority: 100,
    action: 'allow',
    host: 'x.example',
    ports: null,
    protocols: null,
    packages: null,
    phases: null,
    ...own,
  };
}

export function connection(host: string, own: Partial<Question> = {}): Question {
  return {
    phase: 'install',
    speaker: { kind: 'one', name: 'left' },
    host,
    port: 443,
    protocol: 'tls',
    ...own,
  };
}

export function lookUp(host: string, own: Partial<Question> = {}): Question {
  return connection(host, { port: null, protocol: null, ...own });
}
