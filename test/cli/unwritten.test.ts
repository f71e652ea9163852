import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, MAIN, startLab } from '../lab/lab.js';

describeLab('where the standard streams can not be written to', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  /** The exit code of egresslock, run by a shell with what follows its command line. */
  const codeOf = async (command: string, after: string): Promise<string> => {
    const told = join(lab.folder, 'code');
    const egresslock = `${process.execPath} ${MAIN} run --db ${join(lab.folder, 'unwritten.db')} -- ${command}`;
    await lab.exec(['bash', '-c', `{ ${egresslock}; echo $? > ${told}; } ${after}`]);
    return readFileSync(told, 'utf8').trim();
  };

  test.for([
    ['the reader of both has gone', '2>&1 | true'],
    ['the reader of the report has gone', '2> >(true)'],
    ['both are full', '> /dev/full 2>&1'],
    ['the output is full', '> /dev/full'],
    ['the report is full', '2> /dev/full'],
  ] as const)('the exit code is the command’s: %s', async ([, after]) => {
    expect(await codeOf("sh -c 'sleep 0.3; exit 7'", after)).toBe('7');
    expect(await codeOf('sleep 0.3', after)).toBe('0');
  });
});

test('an output that is asked for and can not be written is an error, a reader that has gone is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-unwritten-'));
  try {
    const ask = `${process.execPath} ${MAIN} --help`;
    const full = spawnSync('sh', ['-c', `${ask} > /dev/full`], { cwd: folder, encoding: 'utf8' });
    expect(full.status).toBe(2);
    expect(full.stderr).toMatch(/^egresslock: standard output: ENOSPC/);
    const gone = execFileSync('bash', ['-c', `${ask} 2>&1 | true; echo "\${PIPESTATUS[0]}"`], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(gone).toBe('0\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
