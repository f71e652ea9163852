import type { EgressDiff, Origin, SideFacts, Way } from '../../model/diff.js';
import { placeText } from '../labels.js';
import { asciiText } from '../plain-text.js';
import { countText } from '../quantity.js';

/** One difference in the words that all formats for people share; names in it are still hostile. */
export interface DiffLine {
  readonly kind: 'new' | 'accepted' | 'changed' | 'gone';
  /** `x.example:443/tls`, or `x.example` where it is only looked up. */
  readonly place: string;
  readonly package: string;
  /** `left@1.2.4`; the lock's word where no version is known. */
  readonly who: string;
  readonly phase: string;
  readonly origin: Origin;
  /** More that is worth saying; empty where there is nothing. Not hostile. */
  readonly remarks: readonly string[];
}

/** What is open before what is accepted, then what has changed, then what is gone; each as the diff has it. */
export function diffLines(diff: EgressDiff): DiffLine[] {
  const added = diff.added.map(
    ({ row, origin, isHostAlone, isAccepted }): DiffLine => ({
      kind: isAccepted === true ? 'accepted' : 'new',
      place: wayText(row.host, row),
      package: row.package,
      who: whoText(origin),
      phase: row.phase,
      origin,
      remarks: [
        ...(isHostAlone ? [] : ['others go there already']),
        ...(diff.phasesOnlyInHead.includes(row.phase) ? ['the base has no run of this phase'] : []),
      ],
    }),
  );
  const changed = diff.changed.map(
    (one): DiffLine => ({
      kind: 'changed',
      place: `${one.after.map((way) => wayText(one.host, way)).join(', ')}, before ${one.before.map((way) => wayText(one.host, way)).join(', ')}`,
      package: one.package,
      who: whoText(one.origin),
      phase: one.phase,
      origin: one.origin,
      remarks: one.isAccepted === true ? ['accepted in the lock'] : [],
    }),
  );
  const gone = diff.gone.map(
    ({ row, origin, isHostAlone }): DiffLine => ({
      kind: 'gone',
      place: wayText(row.host, row),
      package: row.package,
      who: whoText(origin),
      phase: row.phase,
      origin,
      remarks: isHostAlone ? [] : ['others still go there'],
    }),
  );
  const isOpen = ({ kind }: DiffLine): boolean => kind === 'new';
  return [...added.filter(isOpen), ...added.filter((line) => !isOpen(line)), ...changed, ...gone];
}

/** "2 new, 1 new and accepted, 0 changed, 3 gone". */
export function diffCounts(lines: readonly DiffLine[]): string {
  const count = (kind: DiffLine['kind']): number => lines.filter((line) => line.kind === kind).length;
  const accepted = count('accepted');
  return [
    `${count('new')} new`,
    ...(accepted === 0 ? [] : [`${accepted} new and accepted`]),
    `${count('changed')} changed`,
    `${count('gone')} gone`,
  ].join(', ');
}

/** What a reader must know of the comparison itself; names in backticks, hostile. */
export function diffRemarks(diff: EgressDiff): string[] {
  const { dependencies, phasesOnlyInHead, phasesUnseen } = diff;
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  return [
    ...(dependencies === null
      ? [...lockRemark('base', diff.base), ...lockRemark('head', diff.head)]
      : [
          `package locks: ${countText(dependencies.added, 'package')} added, ${dependencies.changed} changed, ${dependencies.removed} removed`,
          ...(dependencies.replaced === 0
            ? []
            : [
                `${countText(dependencies.replaced, 'package')} with the same version out of another archive`,
              ]),
        ]),
    ...(phasesOnlyInHead.length === 0 ? [] : [`runs that the base never had: ${list(phasesOnlyInHead)}`]),
    ...(phasesUnseen.length === 0
      ? []
      : [`the head has no whole run of ${list(phasesUnseen)}: nothing of it is called gone`]),
    ...(diff.base.source === 'nothing' ? ['the base has no lock: all is new'] : []),
  ];
}

function lockRemark(name: string, { packageLock, reason }: SideFacts): string[] {
  if (packageLock === 'read') return [];
  const why = packageLock === 'absent' ? 'there is none' : (reason ?? '');
  return [`changes of dependencies are not known, the package lock of the ${name} was not read: ${why}`];
}

function wayText(host: string, { port, protocol }: Way): string {
  return port === null ? `${asciiText(host)} (looked up)` : `${placeText({ host, port })}/${protocol}`;
}

function whoText({ package: name, version }: Origin): string {
  return version === null ? name : `${name}@${version}`;
}
