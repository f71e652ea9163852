import { compareBy } from '../../model/compare.js';
import type { PageData } from './page-data.js';
import { shortText } from './place.js';
import type { Column } from './table.js';

/** Names of packages that a cell holds; the rest is counted. */
const MOST_WHOS = 3;

type OfRun = { readonly run: number };
type OfSomebody = { readonly attributions: readonly number[] };

/** Distinct, sorted. */
export function whosOf(data: PageData, { attributions }: OfSomebody): string[] {
  const whos = attributions.flatMap((index) => data.attributions[index]?.who ?? []);
  return [...new Set(whos)].sort(compareBy((who) => who));
}

export function whoColumn(data: PageData, from?: 'middle'): Column<OfSomebody> {
  return {
    label: 'Packages',
    ...(from === undefined ? {} : { from }),
    key: (row) => whosOf(data, row)[0] ?? null,
    cell: (row) => {
      const whos = whosOf(data, row);
      const shown = whos.slice(0, MOST_WHOS).map((who) => shortText(who));
      const more = whos.length - shown.length;
      return `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
    },
  };
}

/** Only where there are several runs to tell apart. */
export function phaseColumn<Row extends OfRun>({ runs }: PageData): Column<Row>[] {
  if (runs.length < 2) return [];
  const phaseOf = ({ run }: Row): string => shortText(runs[run]?.phase ?? '', 24);
  return [{ label: 'Phase', from: 'middle', key: phaseOf, cell: phaseOf }];
}
