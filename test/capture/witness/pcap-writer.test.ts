import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createPcap } from '../../../src/capture/witness/pcap-writer.js';

const folder = mkdtempSync(join(tmpdir(), 'egresslock-pcap-'));
afterAll(() => rmSync(folder, { recursive: true }));

/* Little endian: magic, version 2.4, two unused words, snap length, Ethernet. */
const HEADER = 'd4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000'.replaceAll(' ', '');

test('a file without packets is a header', () => {
  const file = join(folder, 'empty.pcap');
  createPcap(file).close();
  expect(readFileSync(file, 'hex')).toBe(HEADER);
});

test('packets with seconds, microseconds, kept and original length', () => {
  const file = join(folder, 'two.pcap');
  const pcap = createPcap(file);
  pcap.write(Buffer.from('aabbcc', 'hex'), 1_700_000_000_123.456, 3);
  pcap.write(Buffer.from('dd', 'hex'), 999.9999, 70_000);
  pcap.close();
  expect(readFileSync(file, 'hex')).toBe(
    [
      HEADER,
      '00f15365',
      '40e20100',
      '03000000',
      '03000000',
      'aabbcc',
      '00000000',
      '3f420f00',
      '01000000',
      '70110100',
      'dd',
    ].join(''),
  );
});

test('what comes after the end is not written, and a second end is none', () => {
  const file = join(folder, 'ended.pcap');
  const pcap = createPcap(file);
  pcap.close();
  pcap.close();
  pcap.write(Buffer.alloc(4), 0, 4);
  expect(readFileSync(file, 'hex')).toBe(HEADER);
});

test('only its owner may read it; an older file is replaced', () => {
  const file = join(folder, 'empty.pcap');
  createPcap(file).close();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(file).size).toBe(24);
});

test('a file that cannot be made is an error', () => {
  expect(() => createPcap(join(folder, 'missing', 'x.pcap'))).toThrow(
    expect.objectContaining({ code: 'ENOENT' }),
  );
});
