import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveClientKeys } from '../../../../src/capture/recognize/quic/initial-keys.js';
import { createQuicInitials } from '../../../../src/capture/recognize/quic/quic-initials.js';
import { quicVersion } from '../../../../src/capture/recognize/quic/versions.js';
import { cryptoFrame } from '../../import/support/sessions.js';
import { ascii, hex } from '../support/bytes.js';
import { helloMessage, serverName } from '../support/hello.js';
import { protectInitial, VERSION_2 } from './support.js';

const DESTINATION = Buffer.from('8394c8f03e515708', 'hex');
/** The CRYPTO frame of RFC 9001 appendix A.2. */
const SAMPLE_FRAME = Buffer.from(
  hex(
    '060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c0' +
      '00000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e000500050100' +
      '00000000330026002400' +
      '1d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e040305030603' +
      '0203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075' +
      '300901100f088394c8f03e51570806048000ffff',
  ),
);

const hello = (name: string): Buffer => Buffer.from(helloMessage([serverName(ascii(name))], 32));
const push = (datagrams: readonly Uint8Array[]) => {
  const initials = createQuicInitials();
  return datagrams.map((datagram) => initials.push(datagram));
};

describe('the samples of the RFCs', () => {
  test('keys of version 1 (RFC 9001 appendix A.1) and of version 2 (RFC 9369 appendix A.1)', () => {
    const keysOf = (version: number) => {
      const { key, iv, hp } = deriveClientKeys(quicVersion(version)!, DESTINATION);
      return [key, iv, hp].map((bytes) => Buffer.from(bytes).toString('hex'));
    };
    expect(keysOf(1)).toEqual([
      '1f369613dd76d5467730efcbe3b1a22d',
      'fa044b2f42a3fd3b46fb255c',
      '9f50449e04a0e810283a1e9933adedd2',
    ]);
    expect(keysOf(VERSION_2)).toEqual([
      '8b1a0bc121284290a29e0971b5cd045d',
      '91f73e2351d8fa91660e909f',
      '45b95e15235d6f45a6b19cbcb0294ba9',
    ]);
  });

  test('the client Initial of RFC 9001 appendix A.2', () => {
    const datagram = protectInitial({ frames: SAMPLE_FRAME, number: 2 });
    // The RFC's own bytes at both ends: so the test's encoder is no mirror of the decoder.
    expect(datagram.subarray(0, 38).toString('hex')).toBe(
      'c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9b',
    );
    expect(datagram.subarray(-16).toString('hex')).toBe('e221af44860018ab0856972e194cd934');
    expect(push([datagram])).toEqual([
      { state: 'done', value: { sni: 'example.com', alpn: ['alpn'], ech: false } },
    ]);
  });
});

describe('a hello', () => {
  const frames = cryptoFrame(0, hello('x.example'));
  const found = { state: 'done', value: { sni: 'x.example', alpn: [], ech: false } };

  test.each([1, VERSION_2])('in one datagram of version %i', (version) => {
    expect(push([protectInitial({ version, frames })])).toEqual([found]);
  });

  test('in pieces, out of order, over several datagrams, with other frames between', () => {
    const message = hello('x.example');
    const cut = [0, 3, 30, 31, 60, message.length];
    const pieces = cut
      .slice(1)
      .map((end, index) => cryptoFrame(cut[index]!, message.subarray(cut[index], end)));
    const acknowledgement = Buffer.from(hex('02 00 00 01 00 00 00'));
    const first = Buffer.concat([pieces[4]!, Buffer.of(1), pieces[1]!, acknowledgement]);
    const second = Buffer.concat([pieces[0]!, Buffer.of(0, 0), pieces[3]!, pieces[2]!]);
    const states = push([protectInitial({ frames: first }), protectInitial({ frames: second, number: 1 })]);
    expect(states).toEqual([{ state: 'need-more', proven: 'quic' }, found]);
  });

  test('of bytes that come twice the first count', () => {
    const message = hello('x.example');
    const other = hello('y.example');
    const first = protectInitial({ frames: cryptoFrame(40, message.subarray(40)) });
    expect(push([first, protectInitial({ frames: cryptoFrame(0, other), number: 1 })])[1]).toEqual(found);
  });

  test('behind another packet in the datagram, after a Retry, and after the server has chosen its id', () => {
    const message = hello('x.example');
    const half = { frames: cryptoFrame(0, message.subarray(0, 20)) };
    const rest = { frames: cryptoFrame(20, message.subarray(20)), number: 1 };
    const small = protectInitial({ ...half, size: 200 });
    expect(push([Buffer.concat([small, protectInitial({ ...rest, size: 1000 })])])).toEqual([found]);
    const server = Buffer.from('aabbccdd', 'hex');
    expect(
      push([
        protectInitial(half),
        protectInitial({ ...rest, destination: server, original: DESTINATION }),
      ])[1],
    ).toEqual(found);
    const retried = { destination: server, token: Buffer.alloc(20) };
    expect(
      push([
        protectInitial(half),
        protectInitial({ ...half, ...retried, number: 1 }),
        protectInitial({ ...rest, ...retried, number: 2 }),
      ])[2],
    ).toEqual(found);
    const changed = { ...rest, destination: server, original: DESTINATION, version: VERSION_2 };
    expect(push([protectInitial(half), protectInitial(changed)])[1]).toEqual(found);
  });

  test('is not put together from two connections, nor from datagrams that no server takes', () => {
    const message = hello('x.example');
    const half = { frames: cryptoFrame(0, message.subarray(0, 20)) };
    const rest = { frames: cryptoFrame(20, message.subarray(20)), number: 1 };
    const other = Buffer.from('0102030405060708', 'hex');
    const [, second] = push([protectInitial(half), protectInitial({ ...rest, destination: other })]);
    expect(second).toEqual({ state: 'need-more', proven: 'quic' });
    const [, small] = push([protectInitial(half), protectInitial({ ...rest, size: 1199 })]);
    expect(small).toEqual({ state: 'need-more', proven: 'quic' });
  });

  test('is repeated and acknowledged in its connection; whatever says more is another one', () => {
    const initials = createQuicInitials();
    const message = hello('x.example');
    expect(initials.push(protectInitial({ frames }))).toEqual(found);
    const server = Buffer.from('aabbccdd', 'hex');
    const later = (some: Buffer, keys: { original?: Buffer; destination?: Buffer } = {}) =>
      initials.continues(protectInitial({ frames: some, number: 1, ...keys }));
    expect(later(frames)).toBe(true);
    expect(later(cryptoFrame(20, message.subarray(20, 40)))).toBe(true);
    expect(later(Buffer.from(hex('02 00 00 00 00')), { original: DESTINATION, destination: server })).toBe(
      true,
    );
    expect(initials.continues(Buffer.alloc(1200, 0x40))).toBe(true);
    expect(later(cryptoFrame(0, hello('y.example')))).toBe(false);
    expect(later(frames, { destination: Buffer.from('0102030405060708', 'hex') })).toBe(false);
  });

  test('is none where the packet was damaged, is another version, or is no Initial', () => {
    const damaged = protectInitial({ frames });
    damaged[100]! ^= 1;
    const draft = protectInitial({ frames });
    draft.writeUInt32BE(0xff00001d, 1);
    for (const datagram of [
      damaged,
      draft,
      Buffer.alloc(1200, 0x40),
      Buffer.alloc(0),
      protectInitial({ frames: Buffer.of(0x08) }).subarray(0, 600),
    ]) {
      expect(push([datagram])).toEqual([{ state: 'no-match' }]);
    }
  });

  test('that never ends is given up: by its claimed length, its pieces, and its datagrams', () => {
    const long = cryptoFrame(0, hex('01 00ffff'));
    expect(push([protectInitial({ frames: long })])[0]).toEqual({ state: 'no-match' });
    const holes = Array.from({ length: 100 }, (_, index) => cryptoFrame(8 + index * 2, Buffer.of(1)));
    const many = [0, 200, 400].map((by, number) =>
      protectInitial({
        number,
        frames: Buffer.concat(
          holes.map((frame) => {
            const moved = Buffer.from(frame);
            moved.writeUInt16BE(frame.readUInt16BE(1) + by, 1);
            return moved;
          }),
        ),
      }),
    );
    expect(push(many).map(({ state }) => state)).toEqual(['need-more', 'need-more', 'no-match']);
    const silent = Array.from({ length: 40 }, (_, number) =>
      protectInitial({ number, frames: Buffer.of(1) }),
    );
    expect(push(silent).at(-1)).toEqual({ state: 'no-match' });
    const initials = createQuicInitials();
    initials.push(protectInitial({ frames: cryptoFrame(0, hello('x.example').subarray(0, 30)) }));
    expect(initials.held).toBe(30);
  });
});

test('any datagrams have an answer', () => {
  const whole = protectInitial({ frames: cryptoFrame(0, hello('x.example')) });
  const damaged = fc.tuple(fc.nat(1199), fc.nat(255)).map(([at, value]) => {
    const bytes = Buffer.from(whole);
    bytes[at] = value;
    return bytes;
  });
  const frames = fc
    .uint8Array({ maxLength: 300 })
    .map((bytes) => protectInitial({ frames: Buffer.from(bytes) }));
  const datagram = fc.oneof(damaged, frames, fc.uint8Array({ maxLength: 1300 }));
  fc.assert(
    fc.property(fc.array(datagram, { maxLength: 6 }), (datagrams) => {
      for (const result of push(datagrams)) expect(['need-more', 'done', 'no-match']).toContain(result.state);
    }),
    { seed: 20_260_201, numRuns: 2000 },
  );
});
