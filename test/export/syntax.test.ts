import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hclList, hclString } from '../../src/export/syntax/hcl.js';
import { suricataContent, suricataMessage } from '../../src/export/syntax/suricata.js';
import { yamlText } from '../../src/export/syntax/yaml.js';
import { HAS_TERRAFORM, inFolder, run } from './support.js';

const SEED = { seed: 20_261_125, numRuns: 300 };
const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const awkwardText = fc.string({
  unit: fc.constantFrom(...'ab"\\$%{}|;:#\n\r\t-?!&*, \u202e\u0000é'),
  maxLength: 20,
});
const texts = fc.oneof(anyText, awkwardText);

describe('YAML', () => {
  test('gives back each text, in either version of the language', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const written = yamlText('about', { key: [text] });
        expect(parse(written)).toEqual({ key: [text] });
        expect(parse(written, { version: '1.1' })).toEqual({ key: [text] });
      }),
      SEED,
    );
  });

  test.each(['no', 'on', '~', 'null', '1e3', '0x1f', '12:30', '2026-11-25', '', '- x', '*x', '&x'])(
    '%j stays a text',
    (text) => {
      expect(parse(yamlText('about', [text]), { version: '1.1' })).toEqual([text]);
    },
  );
});

describe('HCL', () => {
  test('one string stays one string, without an opening of a template', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const written = hclString(text);
        expect(written).toMatch(/^"(?:[ !#-[\]-~]|\\["\\]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*"$/);
        expect(written).not.toMatch(/[$%]\{/);
      }),
      SEED,
    );
  });

  test.skipIf(!HAS_TERRAFORM)('Terraform reads each string as what it is', () => {
    const strings = fc.sample(texts, { seed: SEED.seed, numRuns: 60 }).filter((text) => !text.includes('\0'));
    const hostile = [
      'a"b',
      '$' + '{file("/etc/passwd")}',
      '%{ if true }',
      'a\nb',
      '\\',
      '$$' + '{x}',
      '\u202e',
      '😀',
    ];
    const all = [...hostile, ...strings].filter((text) => !/\p{Cs}/u.test(text));
    const expression = `base64encode(jsonencode(${hclList(all, 0).replaceAll('\n', ' ')}))\n`;
    const { code, output } = inFolder({}, (folder) => run('terraform', ['console'], expression, folder));
    expect({ code, output }).toMatchObject({ code: 0 });
    const line = output.split('\n').find((text) => text.startsWith('"')) ?? '';
    const read: string[] = JSON.parse(Buffer.from(line.slice(1, -1), 'base64').toString('utf8'));
    // Terraform normalizes its strings (Unicode NFC).
    expect(read).toEqual(all.map((text) => text.normalize()));
  });
});

describe('Suricata', () => {
  test('a content has nothing that could end it, and is the bytes of the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const written = suricataContent(text);
        expect(written).toMatch(/^(?:(?![";:|\\])[ -~]|\|[0-9a-f]{2}\|)*$/);
        const bytes = written.replace(/\|([0-9a-f]{2})\|/g, (_, hex) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        );
        expect(Buffer.from(bytes, 'latin1').equals(Buffer.from(text, 'utf8'))).toBe(true);
      }),
      SEED,
    );
  });

  test('a message has nothing that could end it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(suricataMessage(text)).toMatch(/^(?:(?![";\\])[ -~])*$/);
      }),
      SEED,
    );
  });
});
