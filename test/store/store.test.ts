import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Attribution } from '../../src/model/attribution.js';
import type { RunRecord } from '../../src/model/record.js';
import { migrate } from '../../src/store/migrate.js';
import { MIGRATIONS } from '../../src/store/schema.js';
import { openStore, type Store } from '../../src/store/store.js';
import { StoreError } from '../../src/store/store-error.js';
import { byPackage } from '../policy/runs.js';
import { record } from '../report/sample.js';

const STORE = join(import.meta.dirname, '../../build/store/store.js');

/** A run under another id. */
function named(id: string, one: Partial<RunRecord> = {}): RunRecord {
  const whole = record(one);
  return { ...whole, run: { ...whole.run, id } };
}

/** Keeps a run as it would happen. */
function keep(store: Store, whole: RunRecord): void {
  const journal = store.beginRun({ ...whole.run, exitCode: null, durationMs: null }, whole.capture.backend);
  for (const actor of whole.actors) journal.actor(actor);
  for (const event of whole.events) journal.event(event);
  journal.finish(whole);
  expect(journal.failure).toBeNull();
}

describe('the store', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'egresslock-store-'));
    file = join(folder, 'deep', 'runs.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('gives a run back as it was', () => {
    const store = openStore(file);
    const whole = record({
      findings: [
        { rule: 'own-resolver', severity: 'high', destination: 'a', package: null, message: 'm', help: 'h' },
        {
          rule: 'dns-tunnel',
          severity: 'high',
          destination: '*.x.example',
          package: 'left@1.2.4',
          message: 'm',
          help: 'h',
          also: ['risky-tld', 'new-destination'],
        },
      ],
    });
    keep(store, whole);
    store.close();
    const again = openStore(file);
    expect(again.record('latest')).toEqual(whole);
    expect(again.record(whole.run.id.slice(0, 12))).toEqual(whole);
    expect(again.record('none')).toBeNull();
    again.close();
  });

  test('gives any text back, however odd', () => {
    const store = openStore(file);
    let count = 0;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, host) => {
        count += 1;
        const base = record();
        const whole = named(`run-${count}`, {
          destinations: base.destinations.map((destination) => ({
            ...destination,
            host,
            attributions: [byPackage(name)],
          })),
          attributions: new Map([[1, byPackage(name)]]),
        });
        keep(store, whole);
        expect(store.record(`run-${count}`)).toEqual(whole);
      }),
      { seed: 3, numRuns: 50 },
    );
    store.close();
  });

  test('an event that is written again under its id takes the place of the first', () => {
    const store = openStore(file);
    const whole = record();
    const journal = store.beginRun(whole.run, 'namespaces');
    const [event] = whole.events;
    if (event?.kind !== 'dns') throw new Error('expected a query');
    journal.event({ ...event, rcode: null });
    journal.event(event);
    journal.finish({ ...whole, events: [event] });
    expect(store.record('latest')?.events).toEqual([event]);
    store.close();
  });

  test('lists, newest first, and knows the latest of each phase', () => {
    const store = openStore(file);
    for (const [id, phase] of [
      ['1', 'install'],
      ['2', 'test'],
      ['3', 'install'],
    ] as const) {
      const whole = named(id);
      keep(store, { ...whole, run: { ...whole.run, phase } });
    }
    expect(store.runs(2).map((row) => [row.run.id, row.state, row.destinations])).toEqual([
      ['3', 'finished', 4],
      ['2', 'finished', 4],
    ]);
    expect(store.latestByPhase('/work/app').map((found) => found.run.id)).toEqual(['3', '2']);
    expect(store.latestByPhase('/work/other')).toEqual([]);
    store.close();
  });

  test.for([
    { subject: 'x.example', hosts: ['x.example'] },
    { subject: 'X.example:443', hosts: ['x.example'] },
    { subject: 'left', hosts: ['x.example'] },
    { subject: 'left@1.2.4', hosts: ['x.example'] },
    { subject: 'left@9.9.9', hosts: [] },
    { subject: 'npm', hosts: ['registry.example'] },
    { subject: '(npm)', hosts: ['registry.example'] },
    { subject: '@scope/native', hosts: ['gone.example', 'headers.example'] },
    { subject: 'registry.example', hosts: ['registry.example', 'registry.example'] },
    { subject: "'; DROP TABLE runs; --", hosts: [] },
  ])('explains $subject', ({ subject, hosts }) => {
    const store = openStore(file);
    keep(store, record());
    expect(store.explain(subject).map((row) => row.destination.host)).toEqual(hosts);
    store.close();
  });

  test('a run whose process was killed is partial and keeps what it saw; one that goes on is running', async () => {
    const script = `
      import { openStore } from ${JSON.stringify(STORE)};
      const store = openStore(process.argv[1]);
      const whole = JSON.parse(process.argv[2]);
      const journal = store.beginRun(whole.run, 'namespaces');
      for (const event of whole.events) journal.event(event);
      setTimeout(() => console.log('written'), 300);
      setTimeout(() => {}, 60_000);`;
    const whole = record();
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      script,
      file,
      JSON.stringify({ run: whole.run, events: whole.events }),
    ]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const store = openStore(file);
    expect(store.runs(1)[0]?.state).toBe('running');
    expect(store.latestByPhase('/work/app')).toEqual([]);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(store.runs(1)[0]).toMatchObject({ state: 'killed', verdict: 'partial' });
    const kept = store.record('latest');
    expect(kept?.events).toEqual(whole.events);
    expect(kept?.capture).toMatchObject({
      verdict: 'partial',
      reasons: [{ code: 'killed' }],
      counts: { dnsQueries: 4 },
    });
    store.close();
  });

  test('two runs at once both keep all of theirs', async () => {
    const script = `
      import { openStore } from ${JSON.stringify(STORE)};
      const store = openStore(process.argv[1]);
      const whole = JSON.parse(process.argv[2]);
      const journal = store.beginRun(whole.run, 'namespaces');
      let id = 0;
      const timer = setInterval(() => {
        for (let i = 0; i < 50; i++) journal.event({ ...whole.events[0], id: ++id });
        if (id < 1000) return;
        clearInterval(timer);
        journal.finish({ ...whole, actors: [], attributions: new Map(), stacks: new Map(), destinations: [], findings: [] });
        console.log(String(journal.failure));
      }, 1);`;
    const { run, events, capture } = record();
    const outputs = ['one', 'two'].map((id) => {
      const whole = JSON.stringify({ run: { ...run, id }, events, capture });
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, file, whole]);
      return new Promise<string>((resolve) =>
        child.stdout.once('data', (chunk) => resolve(String(chunk).trim())),
      );
    });
    expect(await Promise.all(outputs)).toEqual(['null', 'null']);
    const store = openStore(file);
    expect(['one', 'two'].map((id) => store.record(id)?.events.length)).toEqual([1000, 1000]);
    store.close();
  });

  test('a new database may be opened by several at once', async () => {
    const script = `
      import { openStore } from ${JSON.stringify(STORE)};
      while (Date.now() < Number(process.argv[2]));
      openStore(process.argv[1]).close();`;
    for (let round = 0; round < 6; round += 1) {
      const at = String(Date.now() + 400);
      const fresh = join(folder, `fresh-${round}.db`);
      const codes = [1, 2, 3, 4].map(() => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', script, fresh, at]);
        return new Promise((resolve) => child.once('close', resolve));
      });
      expect(await Promise.all(codes)).toEqual([0, 0, 0, 0]);
    }
  });

  const codeOf = (open: () => unknown): string => {
    try {
      open();
    } catch (error) {
      if (error instanceof StoreError) return error.code;
    }
    return 'none';
  };

  test('what is no database, one of a newer version and one that can’t be made are told apart', () => {
    const text = join(folder, 'text.db');
    writeFileSync(text, 'not a database, but long enough to look at: '.repeat(100));
    expect(codeOf(() => openStore(text))).toBe('corrupt');
    const newer = join(folder, 'newer.db');
    const database = new Sqlite(newer);
    database.pragma('user_version = 99');
    database.close();
    expect(codeOf(() => openStore(newer))).toBe('too-new');
    expect(codeOf(() => openStore('/proc/none/runs.db'))).toBe('unwritable');
  });

  test('what stacks say of an event and of a destination is kept, each once', () => {
    const store = openStore(join(folder, 'stacks.db'));
    const left = { name: 'left', version: '1.2.4', location: 'node_modules/left' };
    const axios = {
      name: 'axios',
      version: '1.2.3',
      location: 'node_modules/axios',
      why: [['app', 'axios']],
    };
    const frame = {
      package: left,
      path: 'i.js',
      line: 3,
      column: 7,
      function: null,
      bundle: null,
      isFile: true,
    };
    const onStack: Attribution = {
      ...byPackage('left', '1.2.4'),
      evidence: 'stack+hash',
      stack: { sink: left, cause: left, entry: left, clients: [axios], frames: [frame] },
    };
    const base = record();
    const whole = named('with-stacks', {
      stacks: new Map([[base.events[0]?.id ?? 0, [onStack]]]),
      destinations: base.destinations.map((destination) => ({ ...destination, attributions: [onStack] })),
    });
    keep(store, whole);
    expect(store.record('with-stacks')).toEqual(whole);
    expect(store.explain('left@1.2.4').map((row) => row.attribution.stack?.frames)).toContainEqual([frame]);
    const [client] = store.explain('axios');
    expect(client?.attribution.stack?.clients).toEqual([axios]);
    expect(store.explain('axios@1.2.3')).toHaveLength(store.explain('axios').length);
    expect(store.explain('axios@9')).toEqual([]);
    store.close();
  });

  test('migrations go step by step, each once, and a step that fails leaves the version before it', () => {
    const database = new Sqlite(':memory:');
    const steps = [...MIGRATIONS, 'CREATE TABLE later (id INTEGER)'];
    migrate(database, MIGRATIONS);
    migrate(database, steps);
    migrate(database, steps);
    expect(database.pragma('user_version', { simple: true })).toBe(steps.length);
    expect(() => migrate(database, [...steps, 'CREATE TABLE half (id INTEGER); NOT SQL'])).toThrow();
    expect(database.pragma('user_version', { simple: true })).toBe(steps.length);
    expect(database.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'half'").get()).toEqual({
      n: 0,
    });
    database.close();
  });

  test.skipIf(spawnSync('unshare', ['--mount', 'true']).status !== 0 && process.env.CI !== 'true')(
    'a full disk ends the journal, and throws nothing',
    () => {
      const script = `
        import { openStore } from ${JSON.stringify(STORE)};
        const store = openStore(process.argv[1]);
        const whole = JSON.parse(process.argv[2]);
        const journal = store.beginRun(whole.run, 'namespaces');
        for (let id = 1; id < 5000; id++) journal.event({ ...whole.events[0], id });
        journal.finish({ ...whole, actors: [], attributions: new Map(), stacks: new Map(), destinations: [], findings: [] });
        console.log(journal.failure.code);`;
      const { run, events, capture } = record();
      const small = 'mount -t tmpfs -o size=300k small "$0" && exec "$@"';
      const output = execFileSync('unshare', [
        '--mount',
        'sh',
        '-c',
        small,
        folder,
        process.execPath,
        '--input-type=module',
        '-e',
        script,
        join(folder, 'runs.db'),
        JSON.stringify({ run, events, capture }),
      ]);
      expect(output.toString().trim()).toBe('full');
    },
  );
});
