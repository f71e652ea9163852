import { readFileSync } from 'node:fs';

/** The reviewed data that findings and stacks are made with, as their files have it. */
export interface ProfileTexts {
  readonly 'stack-roles': string;
  readonly 'threats/public-resolvers': string;
  readonly 'threats/dns-over-https': string;
  readonly 'threats/cloud-metadata': string;
  readonly 'threats/top-level-domains': string;
}

/**
 * Reads them, without looking at what they say. In a run it must be done before the command starts, which may write to
 * egresslock's own files.
 * @throws Error of the file system
 */
export function readProfileTexts(): ProfileTexts {
  const read = (name: keyof ProfileTexts): string =>
    readFileSync(new URL(`../../profiles/${name}.json`, import.meta.url), 'utf8');
  return {
    'stack-roles': read('stack-roles'),
    'threats/public-resolvers': read('threats/public-resolvers'),
    'threats/dns-over-https': read('threats/dns-over-https'),
    'threats/cloud-metadata': read('threats/cloud-metadata'),
    'threats/top-level-domains': read('threats/top-level-domains'),
  };
}
