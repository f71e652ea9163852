import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXPORTERS } from '../../src/export/exporters.js';
import type { TargetFormat } from '../../src/export/format.js';
import type { Loss } from '../../src/model/egress-list.js';
import { hostText } from '../../src/model/egress-list.js';
import { jsonText } from '../../src/report/json-text.js';
import { awkward, entry, LISTS, listOf, name, OPTIONS } from './lists.js';

const FORMATS = Object.keys(EXPORTERS) as TargetFormat[];

describe.each(FORMATS)('%s', (format) => {
  const exporter = EXPORTERS[format];

  test('writes the awkward list, and says what it could not', async () => {
    const { text, widened, omitted } = exporter(awkward(), OPTIONS);
    await expect(text).toMatchFileSnapshot(`golden/${format}.txt`);
    await expect(jsonText({ widened, omitted })).toMatchFileSnapshot(`golden/${format}.losses.json`);
  });

  test('is deterministic, and ends its last line', () => {
    for (const { list } of LISTS) {
      const { text } = exporter(list, OPTIONS);
      expect(exporter(list, OPTIONS).text).toBe(text);
      if (text !== '') expect(text.endsWith('\n')).toBe(true);
    }
  });

  test('no hostile text gets in', () => {
    const { text } = exporter(awkward(), OPTIONS);
    expect(text).not.toContain('evil');
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test('each host is in the text or among what was left out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.domain(), { maxLength: 8 }),
        fc.constantFrom('tls', 'http', 'ssh'),
        (hosts, protocol) => {
          const entries = hosts.map((host) => entry(name(host.toLowerCase()), 443, protocol as 'tls'));
          const { text, omitted } = exporter(listOf(entries), OPTIONS);
          const left = new Set(omitted.flatMap((loss: Loss) => loss.hosts));
          for (const { host } of entries)
            expect(text.includes(hostText(host)) || left.has(hostText(host))).toBe(true);
        },
      ),
      { seed: 20_261_125, numRuns: 50 },
    );
  });
});
