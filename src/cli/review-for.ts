import type { Review } from '../model/review.js';
import type { ReviewInput } from '../run/review/review-project.js';
import { formatsAsked, type OutputFlags, OWN_FORMATS } from './outputs.js';
import { ownVersion } from './own-version.js';
import { asUsage } from './usage-error.js';

export interface ReviewTexts {
  readonly review: Review;
  /** What makes each format of it. */
  readonly texts: Readonly<Record<string, () => string>>;
}

/**
 * Lays runs out for the formats; null where nothing but a command's own formats is asked for, and nothing is compared,
 * so that nobody waits for git. @throws UsageError
 */
export async function reviewFor(
  flags: OutputFlags,
  input: Omit<ReviewInput, 'version'>,
): Promise<ReviewTexts | null> {
  const own: readonly string[] = OWN_FORMATS;
  if (input.base === null && [...formatsAsked(flags)].every((format) => own.includes(format))) return null;
  const { reviewProject } = await import('../run/review/review-project.js');
  const { REVIEW_FORMATS, textsOf } = await import('../report/review/formats.js');
  const review = asUsage(() => reviewProject({ ...input, version: ownVersion() }));
  return { review, texts: textsOf(REVIEW_FORMATS, review) };
}
