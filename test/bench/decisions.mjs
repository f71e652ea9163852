import { createPolicy } from '../../build/policy/rules/create-policy.js';
import { spread } from './measure.mjs';

const RUNS = 9;
const RULES = 1_000_000;
const QUESTIONS = 200_000;

/** Rules of all kinds in the proportions of a large threat list with a lock behind it. */
function makeRules() {
  const rules = [];
  for (let index = 0; index < RULES; index += 1) {
    const isBlock = index % 10 !== 0;
    rules.push({
      origin: isBlock ? 'a threat list' : 'egress.lock.json',
      priority: isBlock ? 200 : 500,
      action: isBlock ? 'block' : 'allow',
      host: hostOf(index),
      ports: isBlock ? null : [{ from: 443, to: 443 }],
      protocols: isBlock ? null : ['tls'],
      packages: isBlock ? null : [`package-${index % 500}`],
      phases: isBlock ? null : ['install'],
    });
  }
  return rules;
}

function hostOf(index) {
  const number = (index * 2_654_435_761) % 4_294_967_296;
  const address = [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255];
  switch (index % 20) {
    case 1:
      return `${address.join('.')}.0/24`;
    case 2:
      return `${address.join('.')}.${number & 255}`;
    case 3:
      return `2001:db8:${(number & 0xffff).toString(16)}::/48`;
    case 4:
    case 5:
      return `*.wide-${index}.example`;
    default:
      return `host-${index}.some-${index % 1000}.example`;
  }
}

/** Half of them are of hosts that rules name, half of strangers, in an order without pattern. */
function makeQuestions() {
  return Array.from({ length: QUESTIONS }, (_, index) => {
    const place = (index * 48_271) % RULES;
    const own = hostOf(place).replace('*', 'a.b').replace(/\/.*/, '');
    return {
      phase: 'install',
      speaker: { kind: 'one', name: `package-${place % 500}` },
      host: index % 2 === 0 ? own : `stranger-${index}.a.b.c.test`,
      port: 443,
      protocol: 'tls',
    };
  });
}

/** Microseconds of CPU time for one decision: nothing else is waited for, and what else the machine does is left out. */
export async function decisions() {
  const policy = createPolicy(makeRules());
  const questions = makeQuestions();
  const times = [];
  let decided = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const start = process.cpuUsage();
    for (const question of questions) if (policy.decide(question).rule !== null) decided += 1;
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / QUESTIONS);
  }
  if (decided !== (RUNS * QUESTIONS) / 2)
    throw new Error(`expected half of the questions decided, got ${decided}`);
  const { median, low, high } = spread(times);
  const text = (value) => `${value.toFixed(2)} µs`;
  return [
    {
      what: 'one decision among 1,000,000 rules',
      target: '≤ 2 µs',
      median: text(median),
      low: text(low),
      high: text(high),
      runs: `${RUNS} × ${QUESTIONS.toLocaleString('en')}`,
    },
  ];
}
