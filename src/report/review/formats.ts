import type { Review } from '../../model/review.js';
import { annotations } from './annotations.js';
import { cyclonedx } from './cyclonedx.js';
import { gitlabCodeQuality } from './gitlab-code-quality.js';
import { inToto } from './in-toto.js';
import { junit } from './junit.js';
import { markdownComment, markdownSummary } from './markdown.js';
import { ocsf } from './ocsf.js';
import { sarif } from './sarif.js';

/** One format of a review: pure. */
export type ReviewFormat = (review: Review) => string;

/** What can be said of a comparison alone. */
export const DIFF_FORMATS: Readonly<Record<string, ReviewFormat>> = {
  markdown: markdownComment,
  summary: markdownSummary,
};

/** What can be said of runs, with or without a comparison. */
export const REVIEW_FORMATS: Readonly<Record<string, ReviewFormat>> = {
  ...DIFF_FORMATS,
  annotations,
  sarif,
  junit,
  'gitlab-code-quality': gitlabCodeQuality,
  cyclonedx,
  'in-toto': inToto,
  ocsf,
};

/** What makes each format of one review. */
export function textsOf(
  formats: Readonly<Record<string, ReviewFormat>>,
  review: Review,
): Readonly<Record<string, () => string>> {
  return Object.fromEntries(Object.entries(formats).map(([name, make]) => [name, () => make(review)]));
}
