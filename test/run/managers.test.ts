import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeLab, type Lab, startLab } from '../lab/lab.js';
import { fetchManagers, MANAGERS, type ManagerName } from '../lab/managers.js';
import { makeGitPackage, makeProject } from '../lab/project.js';
import { observe, type ReportedRun } from '../lab/report.js';

const NAMES = Object.keys(MANAGERS) as ManagerName[];
const SUFFIX = '.collect.lab.example';

/** Labels that a package manager can't reach, and why. */
const LACKS: Readonly<Record<string, Partial<Record<ManagerName, string>>>> = {
  // yarn fetches node-gyp itself, and the lab's registry has none.
  'gyp-only': { yarn1: 'no node-gyp', yarn4: 'no node-gyp' },
  // yarn 4 prepares a git dependency by fetching yarn 1.
  'from-git': { yarn4: 'no yarn 1' },
};
const LABELS = [
  'direct',
  'through-shell',
  'an-orphan',
  'empty-environment',
  'spoofed-name',
  'parallel-a',
  'parallel-b',
  'gyp-only',
  'aliased-real',
  'rewrites-manifest',
  'optional-fails',
  'leaf',
  'from-git',
  'workspace-member',
];

/**
 * Runs the package manager, then waits for the orphan, whose parents are long gone: on a busy machine the manager may
 * end before the orphan has reached out, and egresslock ends it then.
 */
const AWAITED =
  '"$0" "$@"; code=$?; for _ in $(seq 100); do pgrep -f "[r]each.js" >/dev/null || break; sleep 0.1; done; exit $code';

interface Score {
  /** Attributions to a package, and those of them that name the label's. */
  named: number;
  right: number;
  /** Labels that reached out, and those of them that were named. */
  reached: number;
  found: number;
  readonly mistakes: string[];
}

/** Holds a run against the labels that the collector saw: the host is the label. */
function score(run: ReportedRun, reached: ReadonlySet<string>, into: Score): void {
  for (const label of reached) {
    const attributions = run.to(`${label}${SUFFIX}`).flatMap((destination) => destination.attributions);
    const names = attributions.map((attribution) => attribution.package?.name ?? null);
    into.reached += 1;
    into.found += names.includes(label) ? 1 : 0;
    into.named += names.filter((name) => name !== null).length;
    into.right += names.filter((name) => name === label).length;
    const wrong = names.filter((name) => name !== label);
    if (wrong.length > 0 || names.length === 0) into.mistakes.push(`${label}: ${JSON.stringify(names)}`);
  }
}

describeLab('who reached out, by each package manager', () => {
  let lab: Lab;
  let programs: Record<ManagerName, string>;
  const scores = new Map<ManagerName, Score>();
  beforeAll(async () => {
    programs = fetchManagers();
    lab = await startLab();
  }, 300_000);
  afterAll(async () => {
    await lab?.stop();
    const rows = [...scores].map(([name, { named, right, reached, found }]) => {
      const ratio = (part: number, whole: number): string => (whole === 0 ? '–' : (part / whole).toFixed(2));
      return `| ${name} | ${reached} | ${ratio(right, named)} | ${ratio(found, reached)} |`;
    });
    console.log(
      [
        '| package manager | labels that reached out | precision | recall |',
        '|---|---|---|---|',
        ...rows,
      ].join('\n'),
    );
  });

  const reachedBetween = async (from: number): Promise<Set<string>> => {
    const { http } = await lab.log();
    const hosts = http.slice(from).map((request) => request.host);
    return new Set(
      hosts.filter((host) => host.endsWith(SUFFIX)).map((host) => host.slice(0, -SUFFIX.length)),
    );
  };

  test.for(NAMES)('%s', { timeout: 180_000 }, async (name) => {
    const has = (label: string): boolean => LACKS[label]?.[name] === undefined;
    const total: Score = { named: 0, right: 0, reached: 0, found: 0, mistakes: [] };
    scores.set(name, total);
    const manager = { name, program: programs[name] };
    const plain = [
      'direct',
      'through-shell',
      'an-orphan',
      'empty-environment',
      'spoofed-name',
      'parallel-a',
      'parallel-b',
      'gyp-only',
      'rewrites-manifest',
      'quiet',
      'top',
    ];
    const project = makeProject(join(lab.folder, name), manager, {
      dependencies: {
        ...Object.fromEntries(plain.filter(has).map((dependency) => [dependency, '1.0.0'])),
        aliased: 'npm:aliased-real@1.0.0',
        ...(has('from-git') ? { 'from-git': makeGitPackage(join(lab.folder, `${name}-git`)) } : {}),
      },
      optionalDependencies: { 'optional-fails': '1.0.0' },
      workspaces: ['packages/member'],
    });
    const options = { cwd: project.folder, env: project.env, timeout: 120_000 };
    let before = (await lab.log()).http.length;
    const run = await observe(lab, ['sh', '-c', AWAITED, ...project.command], options);
    const reached = await reachedBetween(before);
    // The two packages that lie about their names are findings.
    expect(run.code, run.stdout + run.stderr).toBe(120);
    const expected = LABELS.filter(has);
    expect({
      missing: expected.filter((label) => !reached.has(label)),
      more: [...reached].filter((label) => !expected.includes(label)),
    }).toEqual({ missing: [], more: [] });
    score(run, reached, total);
    expect(run.report.capture).toMatchObject({ verdict: 'complete', counts: { unattributed: 0 } });
    // npm prepares a git dependency by an install of its own, which is that dependency's doing.
    const [registry] = run.to('registry.lab.example');
    const fetched =
      registry?.attributions.map((attribution) => attribution.package?.name ?? attribution.evidence) ?? [];
    expect(new Set(fetched.filter((who) => who !== 'from-git'))).toEqual(new Set(['package-manager']));
    expect(run.to(`leaf${SUFFIX}`)[0]?.attributions[0]).toMatchObject({
      lifecycle: 'postinstall',
      why: [['corpus', 'top', 'middle', 'leaf']],
    });
    expect(run.report.findings.map((finding) => finding.rule)).toContain('identity-contradiction');

    const failing = makeProject(join(lab.folder, `${name}-failing`), manager, {
      dependencies: { fails: '1.0.0' },
    });
    before = (await lab.log()).http.length;
    const failed = await observe(lab, failing.command, { ...options, cwd: failing.folder, env: failing.env });
    expect(failed.code).not.toBe(0);
    score(failed, await reachedBetween(before), total);
    expect(failed.to(`fails${SUFFIX}`)[0]?.attributions).toMatchObject([
      { package: { name: 'fails', version: '1.0.0' }, why: [['corpus', 'fails']] },
    ]);

    expect(total.mistakes).toEqual([]);
    expect(total.right).toBe(total.named);
    expect(total.found / total.reached).toBeGreaterThanOrEqual(0.99);
  });
});
