import type { Review } from '../model/review.js';
import type { ReviewInput, ReviewResult } from '../run/review/review-project.js';
import { type FormatTexts, OWN_FORMATS } from './outputs.js';
import { ownVersion } from './own-version.js';
import { asUsage } from './usage-error.js';

export interface ReviewTexts {
  readonly review: Review;
  readonly texts: FormatTexts;
}

/** Lays runs out for the formats. */
export type ReviewMaker = (results: readonly ReviewResult[]) => ReviewTexts;

/**
 * Reads now what a review of runs takes, and all that makes its formats; null where nothing but a command's own formats
 * is asked for, and nothing is compared, so that nobody waits for git.
 * @param formats Names of all that is asked for
 * @throws UsageError
 */
export async function prepareReviewFor(
  formats: ReadonlySet<string>,
  input: Omit<ReviewInput, 'version'>,
): Promise<ReviewMaker | null> {
  const own: readonly string[] = OWN_FORMATS;
  if (input.base === null && [...formats].every((format) => own.includes(format))) return null;
  const { prepareReview } = await import('../run/review/review-project.js');
  const { REVIEW_FORMATS, textsOf } = await import('../report/review/formats.js');
  const reviewer = asUsage(() => prepareReview({ ...input, version: ownVersion() }));
  return (results) => {
    const review = reviewer(results);
    return { review, texts: textsOf(REVIEW_FORMATS, review) };
  };
}

/** Lays runs out for the formats, with the project's files as they are now; null as above. @throws UsageError */
export async function reviewFor(
  formats: ReadonlySet<string>,
  input: Omit<ReviewInput, 'version'> & { readonly results: readonly ReviewResult[] },
): Promise<ReviewTexts | null> {
  const { results, ...rest } = input;
  return (await prepareReviewFor(formats, rest))?.(results) ?? null;
}
