import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { RunRecord } from '../../src/model/record.js';
import { openStore } from '../../src/store/store.js';

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');

export interface CommandProject {
  /** Its folder, while a test runs. */
  readonly folder: string;
  /** Runs the built program there. */
  egresslock(...args: string[]): {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
  };
  /** Keeps a run as one of this project, and returns it as it is kept. */
  keep(run: RunRecord): RunRecord;
}

/** A project of its own for each test of a suite, with nothing in it but a manifest. */
export function useProject(): CommandProject {
  let folder = '';
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'egresslock-cli-')));
    writeFileSync(join(folder, 'package.json'), '{"name":"app"}');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return {
    get folder() {
      return folder;
    },
    egresslock: (...args) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
      return { code: status, stdout, stderr };
    },
    keep: (run) => {
      const whole = { ...run, run: { ...run.run, project: folder } };
      const store = openStore(join(folder, '.egresslock', 'runs.db'));
      const journal = store.beginRun(whole.run, 'namespaces');
      for (const actor of whole.actors) journal.actor(actor);
      for (const event of whole.events) journal.event(event);
      journal.finish(whole);
      store.close();
      return whole;
    },
  };
}
