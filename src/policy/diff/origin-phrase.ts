import type { Origin } from '../../model/diff.js';

/** Says an origin to a person; see `Origin.phrase`. */
export function originPhrase(
  origin: Omit<Origin, 'phrase'>,
  side: 'base' | 'head',
  isPullRequest: boolean,
): string {
  const span = isPullRequest ? 'in this pull request' : 'since the base';
  const [chain] = origin.why;
  const through = chain === undefined || chain.length < 2 ? '' : ` through \`${chain.join(' > ')}\``;
  switch (origin.kind) {
    case 'new-package':
      return `added ${span}${through}`;
    case 'upgraded-package':
      return `changed ${versionsText(origin)}${span}${through}`;
    case 'replaced-package':
      return `the same version out of another archive ${span}${through}`;
    case 'old-package':
      if (side === 'base') return `the package is unchanged${through}`;
      return `${origin.hasTalked ? 'a new code path' : 'the first call'} of an old package${through}`;
    case 'removed-package':
      return `removed ${span}`;
    case 'package':
      return `no package lock tells since when it is there${through}`;
    case 'project':
      return "the project's own code";
    case 'manager':
      return 'the package manager itself';
    case 'process':
      return 'a process of which no package is known';
  }
}

function versionsText({ change }: Omit<Origin, 'phrase'>): string {
  if (change.kind !== 'changed') return '';
  const list = (versions: readonly string[]): string => versions.map((one) => `\`${one}\``).join(', ');
  return `from ${list(change.from)} to ${list(change.to)} `;
}
