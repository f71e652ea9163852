import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameBytes } from '../../../src/capture/resolver/name-bytes.js';
import { readName } from '../../../src/capture/resolver/name-on-wire.js';
import { plainQuery, queryFor, withQuestionOf } from '../../../src/capture/resolver/plain-query.js';
import { readQuestion } from '../../../src/capture/resolver/wire.js';

const SECRET = 'secret';
/** A query with all that could carry something out. */
const talkative = dnsPacket.encode({
  type: 'query',
  id: 0x5ec7,
  flags: 0x100 | 0x40,
  questions: [{ type: 'TXT', name: 'WwW.ExAmPle' }],
  additionals: [
    {
      type: 'OPT',
      name: '.',
      udpPayloadSize: 4096,
      flags: 0x8000,
      options: [{ code: 12, data: Buffer.from(SECRET) }],
    },
    { type: 'TXT', name: `${SECRET}.example`, data: SECRET },
  ] as never,
}) as Buffer;

test('of a query only the question leaves, with the size and the DO bit of its OPT record', () => {
  const plain = plainQuery(talkative, readQuestion(talkative)!);
  const read = dnsPacket.decode(plain);
  expect(read).toMatchObject({
    id: 0,
    flag_rd: true,
    flag_z: false,
    questions: [{ name: 'www.example', type: 'TXT' }],
  });
  expect(read.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 4096, flags: 0x8000, options: [] }]);
  expect(plain.toString('latin1').toLowerCase()).not.toContain(SECRET);
});

test('a name that points elsewhere in the message is written out as it was decided', () => {
  const pointing = Buffer.concat([
    Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 18, 0, 1, 0, 1]),
    nameBytes('www.example'),
  ]);
  const question = readQuestion(pointing)!;
  expect(question.name).toBe('www.example');
  expect(dnsPacket.decode(plainQuery(pointing, question)).questions).toMatchObject([{ name: 'www.example' }]);
});

test('the answer has the question as it was asked, letter by letter', () => {
  const question = readQuestion(talkative)!;
  const answer = Buffer.from(plainQuery(talkative, question));
  const given = withQuestionOf(answer, talkative, question);
  expect(given.readUInt16BE(0)).toBe(0x5ec7);
  expect(given.toString('latin1')).toContain('ExAmPle');
});

test('a query of our own asks what it says', () => {
  expect(dnsPacket.decode(queryFor('alias.example', 28))).toMatchObject({
    flag_rd: true,
    questions: [{ name: 'alias.example', type: 'AAAA' }],
  });
});

test('a name in presentation form is the same octets again', () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(label, { maxLength: 6 }), (labels) => {
      const wire = Buffer.concat([...labels.flatMap((one) => [Buffer.of(one.length), one]), Buffer.of(0)]);
      const { name } = readName(wire, 0)!;
      // Presentation form is lower case.
      const lower = Buffer.from(wire.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)));
      expect(nameBytes(name).equals(lower)).toBe(true);
    }),
    { seed: 33, numRuns: 500 },
  );
});
