import { describe, expect, test } from 'vitest';
import type { PolicyRule } from '../../../src/model/policy.js';
import { accepted, ask, connect, findings, LEFT, miss, RIGHT, said, story } from './scenes.js';

describe('blocked, budget-exceeded, alert-rule', () => {
  const refused = { verdict: 'blocked', failure: 'ECONNREFUSED', protocol: 'none', bytesSent: 0 } as const;

  test('one finding for a place and a package, with the rule or the lack of one', () => {
    const record = story([
      miss(LEFT, 'a.example', { verdict: 'blocked' }),
      miss(LEFT, 'a.example', { verdict: 'blocked', type: 'AAAA' }),
      connect(LEFT, 'b.example', { ...refused, rule: 'egresslock.config.yaml, rule 3' }),
      connect(LEFT, 'b.example', { ...refused, rule: 'egresslock.config.yaml, rule 3' }),
      connect(RIGHT, 'b.example', refused),
    ]);
    expect(findings(record, null).map(({ message }) => message)).toEqual([
      'blocked `a.example` by `left@1.2.4` (postinstall), through `app > left` (2 attempts): no rule allows it',
      'blocked `b.example:443/none` by `left@1.2.4` (postinstall), through `app > left` (2 attempts): refused by `egresslock.config.yaml, rule 3`',
      'blocked `b.example:443/none` by `right@2.0.0` (postinstall), through `app > right` (1 attempt): no rule allows it',
    ]);
    expect(said(record)).toEqual(Array(3).fill('high blocked + new-destination'));
  });

  test('what was refused to others on a flow or a name that is shared, and what a search list appends, are not', () => {
    const expansion = (actorId: number) =>
      miss(actorId, 'a.example.corp.example', { meant: 'a.example', verdict: 'blocked' });
    const record = story([
      connect(LEFT, 'b.example', { ...refused, refusedTo: ['right'] }),
      connect(LEFT, 'c.example', { ...refused, refusedTo: ['gone'] }),
      miss(LEFT, 'a.example'),
      expansion(LEFT),
      expansion(RIGHT),
    ]);
    const by = (actorId: number) => record.attributions.get(actorId)!;
    const told = findings({ ...record, stacks: new Map([[1, [by(LEFT), by(RIGHT)]]]) }, null);
    const blocked = told.filter(({ rule }) => rule === 'blocked');
    expect(blocked.map(({ destination, package: who }) => [destination, who])).toEqual([
      ['a.example', 'right@2.0.0'],
      ['b.example:443/none', 'right@2.0.0'],
      // Whoever it was refused to is not behind it any more: nobody is left out then.
      ['c.example:443/none', 'left@1.2.4'],
    ]);
  });

  test('what is graver than the refusal names the rule, and a help that helps', () => {
    const [found] = findings(
      story([
        connect(LEFT, '169.254.169.254', {
          ...refused,
          port: 80,
          rule: 'egresslock.config.yaml, rule 1',
        }),
      ]),
      null,
    );
    expect(found).toMatchObject({ rule: 'metadata-address', also: expect.arrayContaining(['blocked']) });
    expect(found?.message).toContain('blocked (refused by `egresslock.config.yaml, rule 1`)');
    expect(found?.help).toBe(
      'credentials of the machine are given out there: it was not reached, look at who asked; if it is meant, change that rule, or add one with a lower priority that allows it',
    );
  });

  test('a budget that was spent is no other refusal', () => {
    const cut = { verdict: 'blocked', failure: 'EBUDGET', bytesSent: 12_300_000 } as const;
    const record = story([connect(LEFT, 'x.example', { ...cut, rule: 'egresslock.config.yaml, budget 1' })]);
    expect(said(record, accepted(record))).toEqual(['high budget-exceeded']);
    expect(findings(record)[0]?.message).toContain('1 flow cut after 12.3 MB');
  });

  test('what an alert rule let pass, look-up and connection as one; what an allow rule let pass is silent', () => {
    const rule = (origin: string, action: PolicyRule['action']): PolicyRule => ({
      origin,
      priority: 100,
      action,
      host: '*',
      ports: null,
      protocols: null,
      packages: null,
      phases: null,
    });
    const rules = [rule('rule 1', 'alert'), rule('rule 2', 'allow')];
    const record = story([
      ask(LEFT, 'a.example', { rule: 'rule 1' }),
      connect(LEFT, 'a.example', { rule: 'rule 1' }),
      connect(LEFT, 'b.example', { rule: 'rule 2' }),
    ]);
    expect(findings(record, accepted(record), { rules })).toMatchObject([
      { rule: 'alert-rule', severity: 'high', destination: 'a.example:443/tls', package: 'left@1.2.4' },
    ]);
    expect(said(record, accepted(record))).toEqual([]);
  });
});
