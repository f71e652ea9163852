import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPatientFirstBytes } from '../../../../src/capture/import/transport/patient-first-bytes.js';
import { createFirstBytes, type FirstBytes } from '../../../../src/capture/recognize/first-bytes.js';
import { ascii, concat, type Step } from '../../recognize/support/bytes.js';
import { helloMessage, records, serverName } from '../../recognize/support/hello.js';

const filler = ascii(`X-Filler: ${'a'.repeat(9000)}\r\n`);
const FLOWS: readonly Uint8Array[] = [
  records(helloMessage([serverName(ascii('x.example'))], 32)),
  concat(ascii('GET / HTTP/1.1\r\n'), filler, ascii('Host: x.example\r\n\r\n')),
  concat(ascii('GET / HTTP/1.1\r\n'), filler, filler, ascii('Host: x.example\r\n\r\n')),
  concat(ascii('CONNECT x.example:443 HTTP/1.1\r\n'), filler, ascii('\r\n'), records(helloMessage([]))),
  new Uint8Array(60_000).fill(0x41),
];

function name(flow: FirstBytes, steps: readonly Step[]) {
  for (const [direction, chunk] of steps) flow.push(direction, chunk);
  return flow.end();
}

test('the name is the same as without patience, however the bytes come', () => {
  const answer = ascii(`HTTP/1.1 200 OK\r\n\r\n${'b'.repeat(6000)}`);
  const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.constantFrom(...FLOWS), sizes, fc.boolean(), (sent, portions, isAnswered) => {
      const steps: Step[] = [];
      for (let at = 0, index = 0; at < sent.length; index += 1) {
        const size = portions[index % portions.length]!;
        steps.push(['sent', sent.slice(at, at + size)]);
        if (isAnswered)
          steps.push([
            'received',
            answer.slice((index * 500) % answer.length, ((index * 500) % answer.length) + 500),
          ]);
        at += size;
      }
      expect(name(createPatientFirstBytes(), steps)).toEqual(name(createFirstBytes(), steps));
    }),
    { seed: 20_260_207, numRuns: 300 },
  );
});

// The square of their number would take minutes, which the runner ends.
test('a flow of single bytes is named', () => {
  const head = concat(ascii('GET / HTTP/1.1\r\n'), filler, ascii(`Y: ${'b'.repeat(7000)}`));
  for (let round = 0; round < 10; round += 1) {
    const flow = createPatientFirstBytes();
    for (const byte of head) flow.push('sent', Uint8Array.of(byte));
    expect(flow.soFar().protocol).toBe('http');
  }
});

test('bytes that wait are its own', () => {
  const flow = createPatientFirstBytes();
  flow.push('sent', FLOWS[1]!.subarray(0, 5000));
  const chunk = FLOWS[1]!.slice(5000, 5100);
  flow.push('sent', chunk);
  chunk.fill(0);
  flow.push('sent', FLOWS[1]!.subarray(5100));
  expect(flow.end().httpHost).toBe('x.example');
});
