import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeLab, type Lab, MAIN, startLab } from '../lab/lab.js';

const LINES = 300_000;
/** The mode of the standard streams, as the command or a neighbour of egresslock sees it. */
const MODES = "python3 -c 'import os; print([os.get_blocking(fd) for fd in (0, 1, 2)])'";

describeLab('standard streams are shared, not changed', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.stop());

  let counter = 0;
  /** Runs a script that has egresslock as $EL, among pipes of its own. */
  const shell = async (script: string, uid: number | undefined) => {
    counter += 1;
    const database = join(lab.folder, `streams-${counter}.db`);
    const env = { ...process.env, EL: `${process.execPath} ${MAIN} run --quiet --db ${database} --` };
    const { stdout, code } = await lab.exec(['bash', '-c', `set -o pipefail; ${script}`], {
      env,
      ...(uid === undefined ? {} : { uid }),
    });
    return { stdout: stdout.trim(), code };
  };

  describe.for([
    ['root', undefined],
    ['an ordinary user', 1001],
  ] as const)('of %s', ([, uid]) => {
    test('what comes late is waited for', async () => {
      const { stdout } = await shell('(sleep 1; echo late) | $EL cat', uid);
      expect(stdout).toBe('late');
    });

    test.for([1, 2])('a slow reader of stream %i loses nothing', async (stream) => {
      const { stdout, code } = await shell(
        `$EL sh -c 'seq ${LINES} >&${stream}' 2>&1 | (sleep 1; wc -l)`,
        uid,
      );
      expect({ stdout, code }).toEqual({ stdout: String(LINES), code: 0 });
    });

    test('the command and whoever comes after it find them blocking', async () => {
      const { stdout } = await shell(`sleep 3 | ($EL ${MODES}; ${MODES}) 2>&1 | cat`, uid);
      expect(stdout).toBe('[True, True, True]\n[True, True, True]');
    });

    test('one that was not blocking stays so', async () => {
      const unset =
        "python3 -c 'import os, sys; os.set_blocking(0, False); os.execvp(sys.argv[1], sys.argv[1:])'";
      const { stdout } = await shell(`sleep 3 | ${unset} $EL ${MODES} 2>&1 | cat`, uid);
      expect(stdout).toBe('[False, True, True]');
    });

    test('nobody beside it finds them non-blocking, from its start on', async () => {
      const watch = `
import os, sys, time
seen = set()
end = time.monotonic() + 2
while time.monotonic() < end: seen.update(fd for fd in (1, 2) if not os.get_blocking(fd))
print(sorted(seen))`;
      const script = `(python3 -c "$WATCH" & for i in 1 2 3; do $EL true; done; $EL --nope; wait) 2>&1 | grep '^\\['`;
      const { stdout } = await shell(`WATCH='${watch}'; ${script}`, uid);
      expect(stdout).toBe('[]');
    });

    test.for([
      ['an unknown option', '--nope'],
      ['a lock that is not there', '--lock /nowhere'],
    ])('a run that ends before the command leaves them as they were: %s', async ([, option]) => {
      const { stdout } = await shell(
        `(\${EL% --} ${option} -- true; seq ${LINES}) 2>/dev/null | (sleep 1; wc -l)`,
        uid,
      );
      expect(stdout).toBe(String(LINES));
    });
  });

  test('by way of sudo too', async () => {
    const restricted = join(import.meta.dirname, '../lab/restricted-user.sh');
    const folder = join(lab.folder, 'restricted');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    const el = (host: string): string =>
      `${restricted} ${folder}-${host} ${process.execPath} ${MAIN} run --quiet --db ${folder}/runs.db --`;
    const script = `cd ${folder}; (${el('one')} seq ${LINES}; seq ${LINES}) | (sleep 3; wc -l)`;
    const { stdout } = await lab.exec(['bash', '-c', script], { env: process.env });
    expect(stdout.trim()).toBe(String(2 * LINES));
    const late = `cd ${folder}; (sleep 3; echo late) | ${el('two')} cat`;
    expect((await lab.exec(['bash', '-c', late], { env: process.env })).stdout).toBe('late\n');
  });
});
