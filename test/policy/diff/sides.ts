import { readPackageLock } from '../../../src/attribution/package-lock/read-package-lock.js';
import type { EgressDiff } from '../../../src/model/diff.js';
import { LOCK_VERSION, type Lock, type LockRow } from '../../../src/model/lock.js';
import type { PackageLockReading } from '../../../src/model/package-lock.js';
import { type DiffInput, diffEgress } from '../../../src/policy/diff/diff-egress.js';
import { chainsIn } from '../../../src/run/review/chains-in.js';

/** `left install x.example 443 tls`; `-` for a look-up's port. */
export function row(text: string): LockRow {
  const [name = '', phase = '', host = '', port = '-', protocol = 'dns'] = text.split(' ');
  return {
    package: name.replace('_', ' '),
    phase,
    host,
    port: port === '-' ? null : Number(port),
    protocol: protocol as LockRow['protocol'],
  };
}

export function lockOf(...rows: readonly string[]): Lock {
  return { lockVersion: LOCK_VERSION, rows: rows.map(row) };
}

/** A package lock: `left@1.0.0`, `left@1.0.0=sha512-x`, or `left@1.0.0<right` where not the app but `right` asks for it. */
export function packageLock(...packages: readonly string[]): PackageLockReading {
  const all = packages.map((one) => {
    const [, name = '', version = '', integrity = `sha512-${version}`, by = ''] =
      /^(.+)@([^@=<]+)(?:=([^<]+))?(?:<(.+))?$/.exec(one) ?? [];
    return { name, version, integrity, by };
  });
  const askedBy = (who: string): Record<string, string> =>
    Object.fromEntries(all.filter(({ by }) => by === who).map(({ name }) => [name, '*']));
  const entries = all.map(({ name, version, integrity }) => {
    const dependencies = askedBy(name);
    const asks = Object.keys(dependencies).length === 0 ? {} : { dependencies };
    return [`node_modules/${name}`, { version, integrity, ...asks }];
  });
  const root = { name: 'app', dependencies: askedBy('') };
  return readPackageLock(
    JSON.stringify({ lockfileVersion: 3, packages: { '': root, ...Object.fromEntries(entries) } }, null, 2),
  );
}

export function compare(one: Pick<DiffInput, 'base' | 'head'> & Partial<DiffInput>): EgressDiff {
  const whyChain = chainsIn({ base: one.base.packages, head: one.head.packages });
  return diffEgress({ whyChain, isPullRequest: true, lock: null, ...one });
}
