import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readZipEntry } from '../../../src/attribution/pnp/zip-entry.js';

const TEXT = 'module.exports = 1;\n'.repeat(50);
const NAME = 'node_modules/left/index.js';
let folder: string;
const archives: Record<string, Buffer> = {};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'egresslock-zip-'));
  writeFileSync(join(folder, 'text'), TEXT);
  for (const method of ['STORED', 'DEFLATED']) {
    const script = `import zipfile
with zipfile.ZipFile('${method}.zip', 'w', zipfile.ZIP_${method}) as z:
    z.writestr('node_modules/left/package.json', '{}')
    z.write('text', '${NAME}')
    z.comment = b'PK' * 20`;
    execFileSync('python3', ['-c', script], { cwd: folder });
    archives[method] = readFileSync(join(folder, `${method}.zip`));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.for(['STORED', 'DEFLATED'])('an entry that is %s', (method) => {
  const archive = archives[method]!;
  expect(readZipEntry(archive, NAME, 10_000)?.toString()).toBe(TEXT);
  expect(readZipEntry(archive, 'node_modules/left/package.json', 10_000)?.toString()).toBe('{}');
  expect(readZipEntry(archive, 'node_modules/left/none.js', 10_000)).toBeNull();
  expect(readZipEntry(archive, NAME, TEXT.length)).not.toBeNull();
  expect(readZipEntry(archive, NAME, TEXT.length - 1)).toBeNull();
});

test('anything else is no archive, and nothing hangs or throws', () => {
  const wrong = fc.record({
    method: fc.constantFrom('STORED', 'DEFLATED'),
    cut: fc.nat(2000),
    at: fc.nat(2000),
    byte: fc.nat(255),
  });
  const check = fc.property(wrong, ({ method, cut, at, byte }) => {
    const archive = Buffer.from(archives[method]!.subarray(0, Math.max(0, archives[method]!.length - cut)));
    if (at < archive.length) archive[at] = byte;
    const content = readZipEntry(archive, NAME, 10_000);
    expect(content === null || content.length <= 10_000).toBe(true);
  });
  fc.assert(check, { seed: 20, numRuns: 3000 });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(readZipEntry(Buffer.from(bytes), NAME, 10_000)).toBeNull();
    }),
    { seed: 21, numRuns: 1000 },
  );
});
