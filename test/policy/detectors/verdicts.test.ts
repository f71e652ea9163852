import { describe, expect, test } from 'vitest';
import type { Lock } from '../../../src/model/lock.js';
import type { Budget, PolicyRule } from '../../../src/model/policy.js';
import type { DetectionContext } from '../../../src/policy/detectors/context.js';
import { createOwnRules } from '../../../src/policy/own-rules.js';
import { createPolicy } from '../../../src/policy/rules/create-policy.js';
import { lockRules } from '../../../src/policy/rules/lock-rules.js';
import { createThreatIndex } from '../../../src/policy/threats/threat-index.js';
import { rule as sampleRule } from '../rules/samples.js';
import { accepted, ask, connect, findings, LEFT, LOCK, miss, RIGHT, said, story } from './scenes.js';

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
    const rule = (origin: string, action: PolicyRule['action']): PolicyRule =>
      sampleRule({ origin, action, host: '*' });
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

describe('what the configuration says where nobody asked it', () => {
  const rule = (host: string, more: Partial<PolicyRule> = {}): PolicyRule =>
    sampleRule({ origin: `rule for ${host}`, host, ...more });
  const under = (rules: readonly PolicyRule[], budgets: readonly Budget[] = []): DetectionContext => ({
    rules,
    own: createOwnRules(createPolicy(rules)),
    budgets,
  });
  const record = story([
    ask(LEFT, 'a.example'),
    connect(LEFT, 'a.example', { bytesSent: 600 }),
    connect(RIGHT, 'a.example', { bytesSent: 500 }),
  ]);
  const told = (context: DetectionContext, lock: Lock | null = LOCK) =>
    findings(record, lock, context).map(({ rule: one, package: who }) => [one, who]);

  test('what a rule of the user’s own permits is new to nobody, what it permits to others is', () => {
    expect(told(under([]))).toEqual([
      ['new-destination', 'left@1.2.4'],
      ['new-destination', 'right@2.0.0'],
    ]);
    expect(told(under([rule('a.example')]))).toEqual([]);
    expect(told(under([rule('a.example', { packages: ['left'] })]))).toEqual([
      ['new-destination', 'right@2.0.0'],
    ]);
    expect(told(under([rule('a.example', { phases: ['test'] })]))).toHaveLength(2);
    expect(told(under([rule('a.example', { ports: [{ from: 80, to: 80 }] })]))).toHaveLength(2);
  });

  test('of a profile what it opens for its tool counts, and not what it opens for everybody', () => {
    const origin = 'profile tool';
    expect(told(under([rule('a.example', { origin })]))).toHaveLength(2);
    expect(told(under([rule('a.example', { origin, packages: ['left', 'right'] })]))).toEqual([]);
  });

  test('an alert and a block are findings, of whoever they are about', () => {
    const alert = under([rule('a.example', { action: 'alert', packages: ['left'] }), rule('*')]);
    expect(told(alert, null)).toEqual([['alert-rule', 'left@1.2.4']]);
    const block = under([rule('a.example', { action: 'block', packages: ['right'] }), rule('*')]);
    expect(findings(record, null, block)).toMatchObject([
      {
        rule: 'blocked',
        package: 'right@2.0.0',
        message: expect.stringContaining(
          'is forbidden by `rule for a.example`, which blocks nothing in mode observe',
        ),
      },
    ]);
    // A block of all that nothing allows, the lock and a profile for everybody among what does.
    const last = rule('*', { action: 'block', priority: 900 });
    const lock = accepted(record);
    expect(told(under([...lockRules(lock), last]), lock)).toEqual([]);
    expect(told(under([rule('a.example', { origin: 'profile tool' }), last]), null)).toEqual([]);
    expect(told(under([last]), null)).toHaveLength(2);
    // What was asked while it happened has its answer.
    const enforced = { ...record, run: { ...record.run, mode: 'enforce' as const } };
    expect(findings(enforced, null, block)).toEqual([]);
  });

  test('a threat list has a finding of its own', () => {
    const rules = [rule('a.example', { action: 'block', origin: 'threat list x' })];
    const threats = createThreatIndex(createPolicy(rules), new Set(['threat list x']));
    const both = findings(record, null, { ...under(rules), threats }).map((one) => [one.rule, one.also]);
    expect(both).toEqual([
      ['threat-list', undefined],
      ['threat-list', undefined],
    ]);
  });

  test('budgets are those of hosts and of packages, over all flows', () => {
    const open = [rule('*')];
    const budget = (more: Partial<Budget>) =>
      under(open, [{ host: null, package: null, bytes: 1000, ...more }]);
    expect(findings(record, null, budget({ host: 'a.example' }))).toMatchObject([
      {
        rule: 'budget-exceeded',
        package: null,
        destination: 'a.example:443/tls',
        message: '1.1 kB sent are more than the budget of 1000 bytes for a.example: `a.example:443/tls`',
      },
    ]);
    expect(told(budget({ package: 'left', bytes: 599 }), null)).toEqual([['budget-exceeded', 'left@1.2.4']]);
    // A place that another finding tells of is left to it; the sum is that of all.
    const apart = story([
      connect(LEFT, 'a.example', { bytesSent: 600 }),
      connect(LEFT, 'b.example', { bytesSent: 500 }),
      connect(LEFT, 'c.example', { bytesSent: 500 }),
    ]);
    const lookup = (host: string) => (host === 'c.example' ? { origin: 'list x', note: null } : null);
    const both = findings(apart, null, { ...budget({ package: 'left' }), threats: { lookup } });
    expect(both.map((one) => [one.rule, one.destination, one.also])).toEqual([
      ['threat-list', 'c.example:443/tls', ['budget-exceeded']],
      ['budget-exceeded', null, undefined],
    ]);
    expect(both[1]?.message).toBe(
      '1.6 kB sent are more than the budget of 1000 bytes for left, at places of other findings as well: `a.example:443/tls`, `b.example:443/tls`',
    );
    for (const enough of [{ package: 'left', bytes: 600 }, { host: 'b.example', bytes: 1 }, { bytes: 1100 }])
      expect(told(budget(enough), null)).toEqual([]);
  });
});
