import { expect, test } from 'vitest';
import { isLoopback } from '../../src/model/loopback.js';

test.for(['127.0.0.1', '127.255.0.9', '::1', '0.0.0.0', '::', '::ffff:127.0.0.1', '::ffff:0.0.0.0'])(
  '%s stays on this machine',
  (address) => expect(isLoopback(address)).toBe(true),
);

test.for(['128.0.0.1', '10.0.0.0', '::2', '1::', '2001:db8::1', '::ffff:10.0.0.1', '0.0.0.1', '::127.0.0.1'])(
  '%s does not',
  (address) => expect(isLoopback(address)).toBe(false),
);
