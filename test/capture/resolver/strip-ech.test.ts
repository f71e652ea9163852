import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stripEch } from '../../../src/capture/resolver/strip-ech.js';
import { readRecords } from '../../../src/capture/resolver/wire.js';
import { a, answerTo, query, type Record, TYPE, uint16, wireName } from './support/messages.js';

const ALPN = 1;
const PORT = 3;
const HINT = 4;
const ECH = 5;
const HINT6 = 6;
const PRIVATE = 65_534;

type Parameter = readonly [key: number, value: Buffer];

function service(
  parameters: readonly Parameter[],
  target: Buffer = Buffer.of(0),
  type: number = TYPE.HTTPS,
): Record {
  const encoded = parameters.flatMap(([key, value]) => [uint16(key, value.length), value]);
  return { type, data: Buffer.concat([uint16(1), target, ...encoded]) };
}

const asked = query('x.example', { type: TYPE.HTTPS });
const alpn: Parameter = [ALPN, Buffer.from('\x02h2')];
const port: Parameter = [PORT, uint16(443)];
const hint: Parameter = [HINT, Buffer.of(203, 0, 113, 1)];
const hint6: Parameter = [HINT6, Buffer.alloc(16, 9)];
const ech: Parameter = [ECH, Buffer.from('secret configuration')];
const blank: Parameter = [PRIVATE, Buffer.alloc(ech[1].length)];

test.each([
  ['between others', [alpn, ech, hint6], [alpn, hint6, blank]],
  ['alone', [ech], [blank]],
  ['last', [alpn, port, hint, ech], [alpn, port, hint, blank]],
  ['twice, though it must not be', [ech, alpn, ech], [alpn, blank, blank]],
])('the key is taken out %s', (_where, before, after) => {
  const behind = [{ name: wireName('y.example'), ...a('203.0.113.9') }];
  expect(stripEch(answerTo(asked, { answers: [service(before)], additional: behind }))).toEqual(
    answerTo(asked, { answers: [service(after)], additional: behind }),
  );
});

test('also from SVCB, behind a target name, and from additional records', () => {
  const target = wireName('svc.example');
  const answers = (last: Parameter) => [service([alpn, last], target, TYPE.SVCB)];
  const message = answerTo(asked, { answers: answers(ech), additional: [a('203.0.113.1'), service([ech])] });
  expect(stripEch(message)).toEqual(
    answerTo(asked, { answers: answers(blank), additional: [a('203.0.113.1'), service([blank])] }),
  );
});

test.each([
  ['no such key', [service([alpn, hint])]],
  ['an alias', [{ type: TYPE.HTTPS, data: Buffer.concat([uint16(0), wireName('y.example')]) }]],
  ['another type with the same bytes', [service([ech], Buffer.of(0), 99)]],
  [
    'a parameter that reaches behind its record',
    [{ type: TYPE.HTTPS, data: Buffer.concat([uint16(1), Buffer.of(0), uint16(ECH, 9)]) }],
  ],
])('%s: the message stays itself', (_what, answers) => {
  const message = answerTo(asked, { answers });
  expect(stripEch(message)).toBe(message);
});

test('what was given is not changed', () => {
  const message = answerTo(asked, { answers: [service([ech])] });
  const before = Buffer.from(message);
  stripEch(message);
  expect(message).toEqual(before);
});

test('whatever the parameters, no ECH key is left and all others are', () => {
  const parameter = fc.tuple(
    fc.integer({ min: 0, max: 7 }),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(fc.array(parameter, { maxLength: 8 }), (parameters) => {
      const message = stripEch(answerTo(asked, { answers: [service(parameters)] }));
      const record = readRecords(message, 0)[0];
      const data = message.subarray(
        record?.dataOffset,
        (record?.dataOffset ?? 0) + (record?.dataLength ?? 0),
      );
      const others = parameters.filter(([key]) => key !== ECH);
      const start = Buffer.from(service(others).data);
      expect(data.subarray(0, start.length)).toEqual(start);
      const blanked = parameters.filter(([key]) => key === ECH).map(([, value]) => [PRIVATE, value.length]);
      let at = start.length;
      const rest: number[][] = [];
      for (; at < data.length; at += 4 + data.readUInt16BE(at + 2))
        rest.push([data.readUInt16BE(at), data.readUInt16BE(at + 2)]);
      expect(rest.sort()).toEqual(blanked.sort());
    }),
    { seed: 9460, numRuns: 500 },
  );
});
