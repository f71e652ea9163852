const GROUPED = new Intl.NumberFormat('en-US');

/** Whole numbers with their thousands apart: `5,000`. */
export function numberText(value: number): string {
  return GROUPED.format(value);
}
