import { afterEach, expect, test } from 'vitest';
import type { LookUpRuling } from '../../../src/capture/gate.js';
import { parseHosts } from '../../../src/capture/resolver/hosts-file.js';
import {
  a,
  answerCount,
  answerTo,
  query,
  RCODE,
  rcodeOf,
  TYPE,
  uint16,
  wireName,
} from './support/messages.js';
import { cleanUp, setting, upstream } from './support/setting.js';

afterEach(cleanUp);

const nothing = { upstreams: [] };
const hosts = parseHosts('198.51.100.7 build.example\n198.51.100.8 build.example\n2001:db8::7 six.example');

test('a name of the hosts file is answered from it, in the case it was asked', async () => {
  const { ask, records, resolver } = await setting({ ...nothing, hosts });
  const asked = query('Build.example');
  const expected = answerTo(asked, { answers: [a('198.51.100.7'), a('198.51.100.8')] });
  // Lifetime 0: the file may change.
  const answer = await ask(asked);
  expect(answer.indexOf(uint16(0, 60))).toBe(-1);
  expect(answer).toEqual(Buffer.from(expected.toString('hex').replaceAll('0000003c', '00000000'), 'hex'));
  expect(records).toMatchObject([
    { name: 'build.example', rcode: 'NOERROR', answers: ['198.51.100.7', '198.51.100.8'] },
  ]);
  expect(resolver.namesOf('198.51.100.7')).toEqual(['build.example']);
});

test.each([
  ['six.example', TYPE.AAAA, ['2001:db8::7']],
  ['six.example', TYPE.A, []],
  ['build.example', TYPE.AAAA, []],
])("the file's word is final: %s, type %i", async (name, type, answers) => {
  const { ask, records } = await setting({ ...nothing, hosts });
  const answer = await ask(query(name, { type }));
  expect(rcodeOf(answer)).toBe(RCODE.NOERROR);
  expect(answerCount(answer)).toBe(answers.length);
  expect(records).toMatchObject([{ name, rcode: 'NOERROR', answers }]);
});

test('other types of a name in the file are forwarded', async () => {
  const server = await upstream((message) => [answerTo(message, { rcode: RCODE.NXDOMAIN })]);
  const { ask } = await setting({ upstreams: [server], hosts });
  expect(rcodeOf(await ask(query('build.example', { type: TYPE.HTTPS })))).toBe(RCODE.NXDOMAIN);
});

test('a name with odd bytes is answered in its own bytes', async () => {
  const odd = wireName([Buffer.from('a b'), Buffer.from('example')]);
  const { ask, records } = await setting({ ...nothing, hosts: parseHosts('198.51.100.7 a\\032b.example') });
  const answer = await ask(query(odd));
  expect(answer.subarray(12, 12 + odd.length)).toEqual(odd);
  expect(answerCount(answer)).toBe(1);
  expect(records).toMatchObject([{ name: 'a\\032b.example', answers: ['198.51.100.7'] }]);
});

test('a family that the host cannot reach is not offered, and nobody is asked', async () => {
  const server = await upstream((message) => [answerTo(message, { answers: [a('203.0.113.1')] })]);
  const { ask, records } = await setting({ upstreams: [server], offer: { ipv4: true, ipv6: false }, hosts });
  const refused = await ask(query('x.example', { type: TYPE.AAAA }));
  expect([rcodeOf(refused), answerCount(refused)]).toEqual([RCODE.NOERROR, 0]);
  expect(server.asked).toEqual([]);
  expect(answerCount(await ask(query('x.example')))).toBe(1);
  // The hosts file is the user's own word.
  expect(answerCount(await ask(query('six.example', { type: TYPE.AAAA })))).toBe(1);
  expect(records.map(({ type, answers }) => [type, answers.length])).toEqual([
    ['AAAA', 0],
    ['A', 1],
    ['AAAA', 1],
  ]);
});

test.each(['NXDOMAIN', 'REFUSED'] as const)(
  'a name that is decided against is answered %s, and nobody is asked',
  async (rcode) => {
    const server = await upstream((message) => [answerTo(message)]);
    const decide = (name: string, type: string): LookUpRuling =>
      name === 'bad.example' && type === 'TXT'
        ? { isAllowed: false, rule: 'a rule', answer: { rcode } }
        : { isAllowed: true };
    const { ask, records } = await setting({ upstreams: [server], decide });
    expect(rcodeOf(await ask(query('Bad.example', { type: TYPE.TXT })))).toBe(RCODE[rcode]);
    expect(server.asked).toEqual([]);
    await ask(query('bad.example', { type: TYPE.MX }));
    expect(server.asked).toHaveLength(1);
    expect(records.map((record) => [record.rcode, record.ruling.isAllowed])).toEqual([
      [rcode, false],
      ['NOERROR', true],
    ]);
  },
);

test.each([
  ['no question', Buffer.concat([uint16(9, 0x0100, 0, 0, 0, 0)])],
  [
    'two questions',
    Buffer.concat([
      uint16(9, 0x0100, 2, 0, 0, 0),
      query('x.example').subarray(12),
      query('y.example').subarray(12),
    ]),
  ],
  ['a name without an end', Buffer.concat([uint16(9, 0x0100, 1, 0, 0, 0), Buffer.of(5, 0x61)])],
  ['a pointer to itself', Buffer.concat([uint16(9, 0x0100, 1, 0, 0, 0), Buffer.of(0xc0, 12), uint16(1, 1)])],
])('%s is malformed, told and recorded', async (_what, message) => {
  const { ask, records } = await setting(nothing);
  expect(await ask(message)).toEqual(uint16(9, 0x8181, 0, 0, 0, 0));
  expect(records).toMatchObject([{ name: '', type: 'TYPE0', rcode: 'FORMERR', failure: 'MALFORMED' }]);
});

test('less than a header is no query', async () => {
  const { ask, tell, records } = await setting({ ...nothing, hosts });
  await tell(Buffer.alloc(11));
  await ask(query('build.example'));
  expect(records).toHaveLength(1);
});
