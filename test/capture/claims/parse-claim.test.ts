import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseClaim } from '../../../src/capture/claims/parse-claim.js';
import { frame } from '../../attribution/stacks/sample-frame.js';

const TOKEN = '0123456789abcdef';

function datagram(claim: object, token = TOKEN): Buffer {
  return Buffer.from(`${token} ${JSON.stringify({ thread: 0, seq: 1, ...claim })}`);
}

describe('a claim', () => {
  test.for([
    { kind: 'hello', version: 'v20.19.0', image: '140 120 130' },
    { kind: 'worker', id: 3 },
    { kind: 'worker', id: null },
    { kind: 'stack', id: 1, frames: [frame] },
    {
      kind: 'connect',
      address: '192.0.2.1',
      port: 443,
      localPort: 50000,
      host: 'x.example',
      socket: 1,
      stack: 1,
    },
    { kind: 'datagram', address: '192.0.2.1', port: 53, localPort: 50000, host: null, stack: null },
    { kind: 'lookup', name: 'x.example', stack: null },
    { kind: 'request', socket: 1, stack: 2 },
  ])('$kind is read as it was written', (claim) => {
    expect(parseClaim(datagram(claim))).toEqual({ thread: 0, seq: 1, token: TOKEN, claim });
  });

  test.for([
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['no address', 'no address'],
  ])('the address %s is told as flows have it', ([address, told]) => {
    const connect = {
      kind: 'connect',
      address,
      port: 443,
      localPort: 50000,
      host: null,
      socket: 1,
      stack: 1,
    };
    expect(parseClaim(datagram(connect))?.claim).toMatchObject({ address: told });
  });

  test.for([
    ['no token', Buffer.from('{"kind":"hello","version":"v1","image":"i","thread":0,"seq":1}')],
    ['a token without end', datagram({ kind: 'hello', version: 'v1', image: 'i' }, 'x'.repeat(65))],
    ['no JSON', Buffer.from(`${TOKEN} {`)],
    ['a list', Buffer.from(`${TOKEN} []`)],
    ['an unknown kind', datagram({ kind: 'other' })],
    ['a stack without frames', datagram({ kind: 'stack', id: 1, frames: [] })],
    ['half a frame', datagram({ kind: 'stack', id: 1, frames: [frame, { ...frame, line: -1 }] })],
    [
      'a port beyond the last',
      datagram({ kind: 'datagram', address: 'x', port: 65536, localPort: 1, stack: null }),
    ],
    ['a text too long', datagram({ kind: 'lookup', name: 'x'.repeat(4097), stack: null })],
    ['a number that is none', datagram({ kind: 'request', socket: 1.5, stack: null })],
    ['no number of its own', Buffer.from(`${TOKEN} {"kind":"hello","version":"v1","image":"i","thread":0}`)],
  ] as const)('%s is none', ([, bytes]) => {
    expect(parseClaim(bytes)).toBeNull();
  });

  test('any bytes are one, or none, and never an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => parseClaim(Buffer.from(bytes))).not.toThrow();
      }),
      { seed: 7, numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => parseClaim(Buffer.from(`${TOKEN} ${text}`))).not.toThrow();
      }),
      { seed: 7, numRuns: 1000 },
    );
  });
});
