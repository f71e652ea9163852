/*
 * The formats' names alone: the command line is read before what makes the formats is loaded. A test holds them against
 * the formats themselves.
 */

/** Of a comparison alone. */
export const DIFF_FORMAT_NAMES = ['markdown', 'summary'] as const;

/** Of runs with what was found. */
export const REVIEW_FORMAT_NAMES = [
  ...DIFF_FORMAT_NAMES,
  'annotations',
  'sarif',
  'junit',
  'gitlab-code-quality',
  'cyclonedx',
  'in-toto',
  'ocsf',
] as const;
