import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EgressDiff } from '../../../src/model/diff.js';
import { PROTOCOLS } from '../../../src/model/transport.js';
import { joinSides, sideOfLock, sideOfRuns } from '../../../src/policy/diff/side.js';
import { byPackage, destination, runWith } from '../runs.js';
import { compare, lockOf, packageLock } from './sides.js';

const ABSENT = { kind: 'absent' } as const;

/** `new left x.example:443 added in this …`. */
const told = (diff: EgressDiff): string[] => [
  ...diff.added.map(({ row, origin }) => `new ${row.package} ${row.host}:${row.port}, ${origin.phrase}`),
  ...diff.changed.map(
    ({ host, after, before, origin }) =>
      `changed ${host} ${before.map((way) => way.port)} > ${after.map((way) => way.port)}, ${origin.phrase}`,
  ),
  ...diff.gone.map(({ row, origin }) => `gone ${row.package} ${row.host}:${row.port}, ${origin.phrase}`),
];

const differ = (
  base: readonly [rows: readonly string[], packages: readonly string[]],
  head: readonly [rows: readonly string[], packages: readonly string[]],
): EgressDiff =>
  compare({
    base: sideOfLock('main', lockOf(...base[0]), packageLock(...base[1])),
    head: sideOfLock('HEAD', lockOf(...head[0]), packageLock(...head[1])),
  });

describe('what a row is tied to', () => {
  const LEFT = 'left install x.example 443 tls';
  test.each([
    [
      'a package that was added',
      ['left@1.0.0'],
      [],
      [LEFT],
      'new-package',
      'added in this pull request through `app > left`',
      10,
    ],
    [
      'another version',
      ['left@1.0.1'],
      ['left@1.0.0'],
      [LEFT],
      'upgraded-package',
      'changed from `1.0.0` to `1.0.1` in this pull request through `app > left`',
      11,
    ],
    [
      'the same version out of another archive',
      ['left@1.0.0=sha512-x'],
      ['left@1.0.0=sha512-y'],
      [LEFT],
      'replaced-package',
      'the same version out of another archive in this pull request through `app > left`',
      12,
    ],
    [
      'the same out of an archive that was named otherwise',
      ['left@1.0.0=sha512-x'],
      ['left@1.0.0=sha1-y'],
      [LEFT],
      'old-package',
      'the first call of an old package through `app > left`',
      10,
    ],
    [
      'an old package in silence so far',
      ['left@1.0.0'],
      ['left@1.0.0'],
      [LEFT],
      'old-package',
      'the first call of an old package through `app > left`',
      10,
    ],
    [
      'the package manager',
      [],
      [],
      ['(npm) install x.example 443 tls'],
      'manager',
      'the package manager itself',
      null,
    ],
    [
      'a process',
      [],
      [],
      ['(process)_curl install x.example 443 tls'],
      'process',
      'a process of which no package is known',
      null,
    ],
    ['the project', [], [], ['app install x.example 443 tls'], 'project', "the project's own code", null],
    [
      'a package that no lock has',
      [],
      [],
      [LEFT],
      'package',
      'no package lock tells since when it is there',
      null,
    ],
  ] as const)('%s', (_, after, before, rows, kind, phrase, line) => {
    const { added } = differ([[], before], [rows, after]);
    expect(added).toHaveLength(1);
    expect(added[0]?.origin).toMatchObject({ kind, phrase, line, hasTalked: false });
  });

  test('an old package that has talked before has a new code path', () => {
    const rows = ['left install x.example 443 tls'];
    const diff = differ([rows, ['left@1.0.0']], [[...rows, 'left test y.example 443 tls'], ['left@1.0.0']]);
    expect(told(diff)).toEqual([
      'new left y.example:443, a new code path of an old package through `app > left`',
    ]);
    expect(diff.phasesOnlyInHead).toEqual(['test']);
  });

  test('what is gone is tied to the package that went, and is told apart from one that stayed', () => {
    const rows = ['left install x.example 443 tls', 'right install y.example 443 tls'];
    const diff = differ([rows, ['left@1.0.0', 'right@1.0.0']], [[], ['right@1.0.0']]);
    expect(told(diff)).toEqual([
      'gone left x.example:443, removed in this pull request',
      'gone right y.example:443, the package is unchanged through `app > right`',
    ]);
    expect(diff.dependencies).toEqual({ added: 0, removed: 1, changed: 0, replaced: 0 });
  });

  test('without package locks, only what runs have seen on both sides is told', () => {
    const side = (name: string, version: string) =>
      sideOfRuns(
        name,
        [
          runWith([
            destination(`${name}.example`, 443, { attributions: [byPackage('left', version)] }),
            destination('same.example', 443, { attributions: [byPackage(name)] }),
          ]),
        ],
        ABSENT,
      );
    const diff = compare({ base: side('a', '1.0.0'), head: side('b', '1.0.1'), isPullRequest: false });
    expect(told(diff)).toEqual([
      'new b same.example:443, no package lock tells since when it is there through `app > b`',
      'new left b.example:443, changed from `1.0.0` to `1.0.1` since the base through `app > left`',
      'gone a same.example:443, no package lock tells since when it is there through `app > a`',
      'gone left a.example:443, no package lock tells since when it is there through `app > left`',
    ]);
    expect(diff.dependencies).toBeNull();
  });

  test('of several versions the one that a run has seen counts', () => {
    const packages = packageLock('left@2.0.0');
    const base = sideOfLock('main', lockOf(), packageLock('left@1.0.0'));
    const to = (version: string) => [
      destination('x.example', 443, { attributions: [byPackage('left', version)] }),
    ];
    const kindOf = (version: string) =>
      compare({ base, head: sideOfRuns('now', [runWith(to(version))], packages) }).added[0]?.origin.kind;
    expect([kindOf('1.0.0'), kindOf('2.0.0')]).toEqual(['old-package', 'upgraded-package']);
  });
});

describe('what counts as a difference', () => {
  test('another port or protocol at the same host is a change, another host is not', () => {
    const diff = differ(
      [['left install x.example 80 http', 'left install y.example 443 tls'], []],
      [['left install x.example 443 tls', 'left install z.example 443 tls'], []],
    );
    expect([diff.added.length, diff.changed.length, diff.gone.length]).toEqual([1, 1, 1]);
    expect(diff.changed[0]).toMatchObject({
      host: 'x.example',
      before: [{ port: 80 }],
      after: [{ port: 443 }],
    });
  });

  test('a look-up of what is connected to as well is no difference; a first connection is', () => {
    const both = ['left install x.example 443 tls', 'left install x.example - dns'];
    expect(told(differ([both.slice(0, 1), []], [both, []]))).toEqual([]);
    expect(told(differ([both, []], [both.slice(0, 1), []]))).toEqual([]);
    expect(differ([both.slice(1), []], [both, []]).changed).toHaveLength(1);
  });

  test('other spellings of a host are the same host', () => {
    expect(
      told(differ([['left install X.EXAMPLE. 443 tls'], []], [['left install x.example 443 tls'], []])),
    ).toEqual([]);
  });

  test('nothing is called gone by a run that was hindered, and of no phase that was not run', () => {
    const base = sideOfLock(
      'main',
      lockOf('left install x.example 443 tls', 'left test x.example 443 tls'),
      ABSENT,
    );
    const gone = (exitCode: number) => {
      const { run } = runWith([]);
      return compare({ base, head: sideOfRuns('now', [runWith([], { run: { ...run, exitCode } })], ABSENT) });
    };
    expect(told(gone(0))).toHaveLength(1);
    expect(gone(0).phasesUnseen).toEqual(['test']);
    expect(told(gone(1))).toEqual([]);
    expect(gone(1).phasesUnseen).toEqual(['install', 'test']);
  });

  test("what the head's own lock has is accepted, whether a run has seen it or not", () => {
    const lock = lockOf('left install x.example 443 tls', 'left install quiet.example 443 tls');
    const runs = [
      runWith(
        ['x', 'y'].map((name) => destination(`${name}.example`, 443, { attributions: [byPackage('left')] })),
      ),
    ];
    const head = joinSides(sideOfLock('now', lock, ABSENT), sideOfRuns('now', runs, ABSENT));
    const diff = compare({ base: sideOfLock('main', lockOf(), ABSENT), head, lock });
    expect(diff.added.map(({ row, isAccepted }) => [row.host, isAccepted])).toEqual([
      ['quiet.example', true],
      ['x.example', true],
      ['y.example', false],
    ]);
  });
});

test('a side differs in nothing from itself, and two sides differ in the same rows both ways', () => {
  const rows = fc.array(
    fc.record({
      package: fc.constantFrom('left', 'right', '(npm)', '(process) curl'),
      phase: fc.constantFrom('install', 'test'),
      host: fc.constantFrom('x.example', 'y.example', '198.51.100.7'),
      port: fc.constantFrom(null, 80, 443),
      protocol: fc.constantFrom(...PROTOCOLS),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(rows, rows, (one, other) => {
      const [a, b] = [one, other].map((some) => sideOfLock('x', { lockVersion: 1, rows: some }, ABSENT)) as [
        never,
        never,
      ];
      expect(told(compare({ base: a, head: a }))).toEqual([]);
      const [there, back] = [compare({ base: a, head: b }), compare({ base: b, head: a })];
      expect(there.added.map(({ row }) => row)).toEqual(back.gone.map(({ row }) => row));
      expect(there.changed.map(({ host }) => host)).toEqual(back.changed.map(({ host }) => host));
    }),
    { seed: 20_261_125, numRuns: 500 },
  );
});
