import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, MAIN, startLab } from '../lab/lab.js';

const ESCAPE = '\x1b';
const LINE = `${ESCAPE}[24;1H${ESCAPE}[2K`;

describeLab('on a terminal', () => {
  let lab: Lab;
  let count = 0;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  /** What a terminal of 24 rows has been sent. */
  const onTerminal = async (
    options: string,
    script: string,
    env: NodeJS.ProcessEnv = {},
  ): Promise<string> => {
    count += 1;
    const file = join(lab.folder, `typescript-${count}`);
    const inner = `stty rows 24 cols 80; exec '${process.execPath}' '${MAIN}' run ${options} --db '${file}.db' -- sh -c '${script}'`;
    await lab.exec(['script', '-qec', inner, file], { env: { CI: '', TERM: 'xterm', NO_COLOR: '', ...env } });
    return readFileSync(file, 'utf8');
  };
  const QUIET_THEN_TWO = 'echo one; curl -s http://web.lab.example/; sleep 3; echo; echo two';

  test('one line stands while the command is quiet, and goes when it speaks', async () => {
    const text = await onTerminal('', QUIET_THEN_TWO);
    const drawn = text.lastIndexOf(`${LINE}egresslock`);
    expect(text.slice(0, text.indexOf('two\r\n'))).toContain('newest web.lab.example');
    expect(drawn).toBeGreaterThan(0);
    expect(text.lastIndexOf(`${ESCAPE}[r${LINE}`)).toBeGreaterThan(drawn);
  });

  test.for([
    { name: '--quiet', options: '--quiet', env: {} },
    { name: 'continuous integration', options: '', env: { CI: 'true' } },
    { name: 'a dumb terminal', options: '', env: { TERM: 'dumb' } },
  ])('no line with $name', async ({ options, env }) => {
    expect(await onTerminal(options, QUIET_THEN_TWO, env)).not.toContain(LINE);
  });

  test('no line for a program that reads keys itself', async () => {
    const text = await onTerminal('', `stty raw; ${QUIET_THEN_TWO}; stty cooked`);
    // Before and after it a busy machine may be quiet for long enough.
    const whileRaw = /one\r?\n[\s\S]*two\r?\n/.exec(text)?.[0];
    expect(whileRaw).not.toContain(`${LINE}egresslock`);
  });

  test('colour on a terminal, none with NO_COLOR', async () => {
    expect(await onTerminal('', 'true')).toContain(`${ESCAPE}[1m`);
    expect(await onTerminal('', 'true', { NO_COLOR: '1' })).not.toContain(`${ESCAPE}[1m`);
  });

  test('Ctrl-C reaches the command as the terminal sends it', async () => {
    const text = await onTerminal('', 'trap "echo caught; exit 5" INT; (sleep 1; kill -INT 0) & wait');
    expect(text).toContain('caught');
    expect(text).toContain('exit 5');
  });
});
