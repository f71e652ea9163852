import type { EgressList, Loss } from '../model/egress-list.js';

/** A list in one target's language, with all that it says otherwise than the list. */
export interface Exported {
  readonly text: string;
  /** What the target lets out beyond the list. */
  readonly widened: readonly Loss[];
  /** What the target does not let out although the list does. */
  readonly omitted: readonly Loss[];
}

/** How a name that is not on the list is answered, where the target answers names. */
export type BlockResponse =
  | { readonly kind: 'nxdomain' | 'nodata' }
  /** As a CNAME to a canonical name. */
  | { readonly kind: 'override'; readonly name: string };

export interface ExportOptions {
  /**
   * `inspect`: each name of a CNAME chain must be on the list. `trust`: what a name on the list leads to is not looked
   * at. Null: `inspect` where the kept runs know all chains, else `trust`.
   */
  readonly redirection: 'inspect' | 'trust' | null;
  readonly blockResponse: BlockResponse;
  /** Canonical address of the resolver that the target itself asks; null where the user names none. */
  readonly resolver: string | null;
}

/** Pure and total: the same text for the same list. */
export type Exporter = (list: EgressList, options: ExportOptions) => Exported;

/** The first line of a target that knows comments. */
export function madeBy(format: string): string {
  return `made by egresslock allowlist --format ${format}; make it anew rather than edit it`;
}
