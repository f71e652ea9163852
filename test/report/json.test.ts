import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVIDENCE } from '../../src/model/attribution.js';
import { RULES, SEVERITIES } from '../../src/model/finding.js';
import { MODES } from '../../src/model/run.js';
import { PROTOCOLS } from '../../src/model/transport.js';
import { jsonReport } from '../../src/report/json.js';
import { jsonText } from '../../src/report/json-text.js';
import {
  actor,
  attribution,
  curl,
  denied,
  destination,
  left,
  native,
  newForCurl,
  newLeft,
  npm,
  query,
  record,
} from './sample.js';

const schema = JSON.parse(readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: true, allErrors: true, strictTypes: false });
const validate = ajv.compile(schema);

function problems(report: unknown): unknown {
  // As a consumer gets it: through its text.
  validate(JSON.parse(jsonText(report)));
  return validate.errors ?? [];
}

const rich = record({
  findings: [newForCurl, { ...newLeft, severity: 'info' }, newLeft],
  events: [
    ...record().events,
    query(5, 'x.example', { actorId: 2 }),
    query(6, 'x.example', { actorId: null }),
    query(7, 'x.example', { actorId: 2, rcode: null, failure: 'TIMEOUT', answers: [], durationMs: null }),
    denied(8, 'icmp', '198.51.100.1'),
    denied(9, 'socket AF_PACKET', null),
    denied(10, 'icmp', '198.51.100.1'),
  ],
  destinations: [
    ...record().destinations,
    destination('a.example', 22, {
      attributions: [{ ...left, contradictions: [{ field: 'name', claimed: 'a', witnessed: 'b' }] }],
    }),
  ],
});

describe('schema', () => {
  test('holds a rich report, and its bytes are golden', async () => {
    expect(problems(jsonReport(rich))).toEqual([]);
    await expect(jsonText(jsonReport(rich))).toMatchFileSnapshot('golden/report.json');
  });

  test('holds an empty and a killed run', () => {
    const run = { ...record().run, exitCode: null, durationMs: null };
    const empty = record({ run, actors: [], events: [], destinations: [], attributions: new Map() });
    expect(problems(jsonReport(empty))).toEqual([]);
  });

  test('is strict: each object refuses an unknown key and misses each known one', () => {
    const report = JSON.parse(jsonText(jsonReport(rich)));
    let objects = 0;
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const child of Object.values(value)) visit(child);
      if (Array.isArray(value)) return;
      objects += 1;
      const bag = value as Record<string, unknown>;
      bag.surplus = 1;
      expect(validate(report)).toBe(false);
      delete bag.surplus;
      for (const key of Object.keys(bag)) {
        const kept = bag[key];
        delete bag[key];
        expect(validate(report), `without ${key}`).toBe(false);
        bag[key] = kept;
      }
    };
    visit(report);
    expect(validate(report)).toBe(true);
    expect(objects).toBeGreaterThan(50);
  });

  test('knows the words of the model', () => {
    const { $defs } = schema;
    expect($defs.protocol.enum).toEqual(PROTOCOLS);
    expect($defs.attribution.properties.evidence.enum).toEqual(EVIDENCE);
    expect($defs.finding.properties.rule.enum).toEqual(RULES);
    expect($defs.finding.properties.severity.enum).toEqual(SEVERITIES);
    expect($defs.run.properties.mode.enum).toEqual(MODES);
  });

  test('holds whatever a run holds', () => {
    const text = fc.string({ unit: 'binary', maxLength: 30 });
    const arbitrary = fc.record({
      host: text,
      port: fc.option(fc.integer({ min: 0, max: 65535 }), { nil: null }),
      protocol: fc.constantFrom(...PROTOCOLS),
      evidence: fc.constantFrom(...EVIDENCE),
      actorId: fc.option(fc.integer({ min: 1, max: 6 }), { nil: null }),
      name: text,
      exitCode: fc.option(fc.integer({ min: 0, max: 255 }), { nil: null }),
      rcode: fc.option(text, { nil: null }),
    });
    fc.assert(
      fc.property(arbitrary, ({ host, port, protocol, evidence, actorId, name, exitCode, rcode }) => {
        const who = attribution({
          evidence,
          actorId,
          package: { name, version: null, location: host },
          why: [[name]],
        });
        const made = record({
          run: { ...record().run, exitCode, command: [name] },
          destinations: [destination(host, port, { protocol, attributions: [who] })],
          events: [query(1, host, { rcode, actorId }), denied(2, name, host, port)],
          findings: [{ ...newLeft, message: name, destination: host }],
        });
        expect(problems(jsonReport(made))).toEqual([]);
      }),
      { seed: 20_260_102, numRuns: 200 },
    );
  });
});

test("the contract's keys, in the contract's order", () => {
  const report = jsonReport(rich);
  expect(Object.keys(report)).toEqual([
    'schemaVersion',
    'run',
    'capture',
    'destinations',
    'dns',
    'denied',
    'findings',
  ]);
  expect(Object.keys(report.run)).toEqual([
    'id',
    'command',
    'phase',
    'mode',
    'exitCode',
    'startedAt',
    'durationMs',
  ]);
  expect(Object.keys(report.capture).slice(0, 4)).toEqual(['verdict', 'backend', 'reasons', 'counts']);
  expect(Object.keys(report.capture.counts).slice(0, 4)).toEqual([
    'dnsQueries',
    'connections',
    'datagramFlows',
    'unattributed',
  ]);
  expect(Object.keys(report.destinations[0]!)).toEqual([
    'host',
    'port',
    'transport',
    'protocol',
    'addresses',
    'connections',
    'bytesSent',
    'bytesReceived',
    'verdict',
    'failures',
    'attributions',
  ]);
  expect(Object.keys(report.destinations[0]!.attributions[0]!).slice(0, 5)).toEqual([
    'package',
    'lifecycle',
    'evidence',
    'why',
    'actor',
  ]);
  expect(Object.keys(report.dns[0]!).slice(0, 6)).toEqual([
    'name',
    'type',
    'transport',
    'rcode',
    'answers',
    'attributions',
  ]);
  expect(Object.keys(report.findings[0]!)).toEqual([
    'rule',
    'severity',
    'destination',
    'package',
    'message',
    'help',
  ]);
});

test('the other rules of a finding are told, and nothing where there are none', () => {
  const all = [{ ...newLeft, also: ['first-egress-of-package' as const] }, newForCurl];
  const { findings } = jsonReport({ ...rich, findings: all });
  expect(findings.map((finding) => finding.also)).toEqual([['first-egress-of-package'], undefined]);
  expect('also' in findings[1]!).toBe(false);
});

test('no query is lost: the entries add up to the events, with everybody who asked', () => {
  const { dns, denied: attempts } = jsonReport(rich);
  expect(dns.reduce((sum, entry) => sum + entry.queries, 0)).toBe(7);
  expect(attempts.reduce((sum, entry) => sum + entry.attempts, 0)).toBe(3);
  const asked = dns.find((entry) => entry.name === 'x.example' && entry.rcode === 'NOERROR');
  expect(asked).toMatchObject({ queries: 3 });
  expect(asked?.attributions.map((one) => one.package?.name ?? one.evidence)).toEqual([
    'left',
    'unattributed',
  ]);
  expect(dns.find((entry) => entry.failure === 'TIMEOUT')).toMatchObject({ rcode: null, queries: 1 });
});

test('two kinds of silence are two entries', () => {
  const silent = (id: number, failure: string) =>
    query(id, 'x.example', { rcode: null, failure, answers: [] });
  const { dns } = jsonReport(
    record({ events: [silent(1, 'TIMEOUT'), silent(2, 'MALFORMED'), silent(3, 'TIMEOUT')] }),
  );
  expect(dns.map((entry) => [entry.failure, entry.queries])).toEqual([
    ['MALFORMED', 1],
    ['TIMEOUT', 2],
  ]);
});

test('many processes of one package are one attribution of a query; those of no package are told apart', () => {
  const made = record({
    actors: [1, 2, 3, 4, 5].map((id) => actor(id, ['node', id === 2 || id > 3 ? `${id}.js` : 'x.js'])),
    attributions: new Map([1, 2, 3, 4, 5].map((id) => [id, { ...(id < 3 ? left : curl), actorId: id }])),
    events: [1, 2, 3, 4, 5].map((id) => query(id, 'x.example', { actorId: id })),
  });
  const [entry] = jsonReport(made).dns;
  expect(entry?.attributions[0]?.actor?.argv).toEqual(['node', 'x.js']);
  expect(entry?.attributions.map((one) => one.package?.name ?? one.actor?.argv[1])).toEqual([
    'left',
    'x.js',
    '4.js',
    '5.js',
  ]);
});

test('an actor that no attribution was made for is unattributed, and still named as a process', () => {
  const [entry] = jsonReport(
    record({ attributions: new Map(), events: [query(1, 'x.example', { actorId: 2 })] }),
  ).dns;
  expect(entry?.attributions).toMatchObject([
    { package: null, evidence: 'unattributed', actor: { argv: ['node', 'x.js'] } },
  ]);
});

test("no machine's path below the project", () => {
  const made = jsonReport(
    record({ destinations: [destination('x.example', 443, { attributions: [left, npm, native] })] }),
  );
  expect(made.destinations[0]?.attributions.map((one) => one.actor?.cwd)).toEqual([
    'node_modules/left',
    '.',
    'node_modules/@scope/native',
  ]);
});

test('the same events in another order make the same bytes', () => {
  const turned = {
    ...rich,
    events: rich.events.toReversed(),
    destinations: rich.destinations.toReversed(),
    findings: rich.findings.toReversed(),
    actors: rich.actors.toReversed(),
    attributions: new Map([...rich.attributions].toReversed()),
  };
  expect(jsonText(jsonReport(turned))).toBe(jsonText(jsonReport(rich)));
});

test('JSON text is printable ASCII, and loses nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const json = jsonText([value, text]);
      expect(json).toMatch(/^[\x20-\x7e\n]*\n$/);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify([value, text])));
    }),
    { seed: 20_260_102, numRuns: 300 },
  );
  expect(jsonText('\u009b31m\u202e\ud800')).toBe('"\\u009b31m\\u202e\\ud800"\n');
});
