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

/** A package lock of an app that asks for all; `left@1.0.0` or `left@1.0.0=sha512-x`. */
export function packageLock(...packages: readonly string[]): PackageLockReading {
  const entries = packages.map((one) => {
    const [, name = '', version, integrity = `sha512-${version}`] =
      /^(.+)@([^@=]+)(?:=(.+))?$/.exec(one) ?? [];
    return [`node_modules/${name}`, { version, integrity }] as const;
  });
  const dependencies = Object.fromEntries(
    entries.map(([location]) => [location.slice('node_modules/'.length), '*']),
  );
  return readPackageLock(
    JSON.stringify(
      { lockfileVersion: 3, packages: { '': { name: 'app', dependencies }, ...Object.fromEntries(entries) } },
      null,
      2,
    ),
  );
}

export function compare(one: Pick<DiffInput, 'base' | 'head'> & Partial<DiffInput>): EgressDiff {
  const whyChains = chainsIn({ base: one.base.packages, head: one.head.packages });
  return diffEgress({ whyChains, isPullRequest: true, lock: null, ...one });
}
