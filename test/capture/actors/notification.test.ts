import { expect, test } from 'vitest';
import {
  clearNotification,
  NOTIFICATION_SIZE,
  Notification,
  RESPONSE_SIZE,
  releaseNotification,
  writeResponse,
} from '../../../src/capture/actors/notification.js';

test('reads struct seccomp_notif', () => {
  const bytes = Buffer.from(
    [
      'f0debc9a78563412', // id
      '39300000', // pid 12345
      '00000000', // flags
      '2a000000', // nr 42
      '3e0000c0', // arch
      '0000000000000000', // instruction pointer
      ...[
        '0300000000000000',
        '00f0ffffff7f0000',
        '1000000000000000',
        '00'.repeat(8),
        '00'.repeat(8),
        'ff'.repeat(8),
      ],
    ].join(''),
    'hex',
  );
  expect(bytes).toHaveLength(NOTIFICATION_SIZE);
  const notification = new Notification(bytes);
  expect(notification).toMatchObject({ id: 0x123456789abcdef0n, tid: 12_345, number: 42 });
  expect([0, 1, 2, 5].map((index) => notification.argument(index))).toEqual([
    3n,
    0x7ffffffff000n,
    16n,
    0xffffffffffffffffn,
  ]);
});

test('an answer without an error lets the call go on', () => {
  const bytes = Buffer.alloc(RESPONSE_SIZE, 0xee);
  writeResponse(bytes, 0x0102030405060708n, 0);
  expect(bytes.toString('hex')).toBe(`0807060504030201${'00'.repeat(8)}0000000001000000`);
});

test('an answer with an error is the error, and no more', () => {
  const bytes = Buffer.alloc(RESPONSE_SIZE, 0xee);
  writeResponse(bytes, 1n, 111);
  expect(bytes.toString('hex')).toBe(`0100000000000000${'00'.repeat(8)}91ffffff00000000`);
});

test('a call is let go on by its notification as by its id', () => {
  const notification = Buffer.alloc(NOTIFICATION_SIZE, 0xab);
  const [released, answered] = [Buffer.alloc(RESPONSE_SIZE, 0xee), Buffer.alloc(RESPONSE_SIZE)];
  releaseNotification(released, notification);
  writeResponse(answered, 0xabababababababn + (0xabn << 56n), 0);
  expect(released).toEqual(answered);
});

test('a notification is cleared as a whole', () => {
  const bytes = Buffer.alloc(NOTIFICATION_SIZE, 0xee);
  clearNotification(bytes);
  expect(bytes.equals(Buffer.alloc(NOTIFICATION_SIZE))).toBe(true);
});
