import { expect, test } from 'vitest';
import { readMessageAddresses } from '../../../src/capture/actors/calls.js';
import { createReadWindow, type ReadWindow } from '../../../src/sandbox/libc.js';

const addressOf = (memory: ReadWindow): bigint => memory.local.readBigUInt64LE(0);

/** `struct mmsghdr`s in this process's memory, each with its own sockaddr_in: 10.0.x.y. */
function messages(count: number): { memory: ReadWindow; pointer: bigint; names: ReadWindow } {
  const names = createReadWindow(16 * count);
  const memory = createReadWindow(64 * count);
  for (let index = 0; index < count; index += 1) {
    names.buffer.writeUInt16LE(2, index * 16);
    names.buffer.writeUInt16BE(9, index * 16 + 2);
    names.buffer.set([10, 0, index >> 8, index & 0xff], index * 16 + 4);
    memory.buffer.writeBigUInt64LE(addressOf(names) + BigInt(index * 16), index * 64);
    memory.buffer.writeUInt32LE(16, index * 64 + 8);
  }
  return { memory, pointer: addressOf(memory), names };
}

test.each([1, 64, 65, 1024])('of %i messages all addresses are read', (count) => {
  const { pointer, names } = messages(count);
  const read = readMessageAddresses(process.pid, pointer, BigInt(count));
  expect(read).toHaveLength(count);
  expect(read?.at(-1)).toMatchObject({ address: `10.0.${(count - 1) >> 8}.${(count - 1) & 0xff}`, port: 9 });
  expect(names.buffer).toHaveLength(16 * count);
});

test('the kernel sends no more than 1024', () => {
  const { pointer } = messages(1100);
  expect(readMessageAddresses(process.pid, pointer, 0xffffffffn)).toHaveLength(1024);
});

test('an address that was cut short does not hide the whole one at the same place', () => {
  const { memory, pointer } = messages(2);
  memory.buffer.copy(memory.buffer, 64, 0, 8);
  memory.buffer.writeUInt32LE(1, 8);
  expect(readMessageAddresses(process.pid, pointer, 2n)).toMatchObject([{ address: '10.0.0.0' }]);
});

test('nothing is known of messages that can not be read', () => {
  expect(readMessageAddresses(process.pid, 8n, 3n)).toBeNull();
  expect(readMessageAddresses(process.pid, 8n, 0n)).toEqual([]);
});
