import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXPORTERS } from '../../src/export/exporters.js';
import type { TargetFormat } from '../../src/export/format.js';
import { LISTS, OPTIONS } from './lists.js';
import { HAS_TERRAFORM, inFolder, type Outcome, OWN_NETWORK, run } from './support.js';

/** What Squid needs beside its access lists; nothing is written for a check. */
const SQUID =
  'http_port 3128\ncache_log /dev/null\naccess_log none\npid_filename none\ninclude ./export.conf\n';

const TERRAFORM = (['terraform-route53', 'terraform-network-firewall'] as const).map((format) => ({
  format,
  check: terraform,
}));

/** The targets' own programs, each with how it is asked whether it takes a text. */
const VALIDATORS: readonly {
  readonly format: TargetFormat;
  readonly check: (text: string) => Outcome;
}[] = [
  {
    format: 'suricata',
    check: (text) =>
      inFolder({ 'export.rules': text }, (folder) =>
        run('suricata', ['-T', '-S', join(folder, 'export.rules'), '-l', folder, '--init-errors-fatal']),
      ),
  },
  {
    format: 'nftables',
    check: (text) => {
      const [program = '', ...words] = OWN_NETWORK;
      return run(program, [...words, 'nft', '-c', '-f', '-'], text);
    },
  },
  {
    format: 'squid',
    check: (text) =>
      inFolder({ 'squid.conf': SQUID, 'export.conf': text }, (folder) => {
        chmodSync(folder, 0o755);
        const outcome = run('squid', ['-k', 'parse', '-f', join(folder, 'squid.conf')], '', folder);
        return { ...outcome, code: /WARNING|ERROR|FATAL/.test(outcome.output) ? 1 : outcome.code };
      }),
  },
  {
    format: 'haproxy',
    check: (text) =>
      inFolder({ 'export.cfg': text }, (folder) => {
        const outcome = run('haproxy', ['-c', '-f', join(folder, 'export.cfg')]);
        return { ...outcome, code: /\[(?:WARNING|ALERT)\]/.test(outcome.output) ? 1 : outcome.code };
      }),
  },
  {
    format: 'dnsmasq',
    check: (text) =>
      inFolder({ 'export.conf': text }, (folder) =>
        run('dnsmasq', ['--test', '-C', join(folder, 'export.conf')]),
      ),
  },
  {
    format: 'unbound',
    check: (text) =>
      inFolder({ 'export.conf': text }, (folder) => run('unbound-checkconf', [join(folder, 'export.conf')])),
  },
  {
    format: 'rpz',
    check: (text) =>
      inFolder({ 'export.zone': text }, (folder) =>
        run('named-checkzone', ['-k', 'ignore', 'rpz.egresslock', join(folder, 'export.zone')]),
      ),
  },
  ...(HAS_TERRAFORM ? TERRAFORM : []),
];

/** Its parser and its formatter; the provider's schema can't be had without the registry. */
function terraform(text: string): Outcome {
  return run('terraform', ['fmt', '-check', '-diff', '-'], text);
}

const ANSWERS = [
  { kind: 'nxdomain' },
  { kind: 'nodata' },
  { kind: 'override', name: 'blocked.example' },
] as const;

describe.each(VALIDATORS)('$format', ({ format, check }) => {
  test.each(LISTS)('takes $what', ({ list }) => {
    for (const blockResponse of ANSWERS) {
      const { text } = EXPORTERS[format](list, { ...OPTIONS, blockResponse });
      expect(check(text)).toMatchObject({ code: 0 });
      // Only what answers names differs by the answer.
      if (!['rpz', 'unbound', 'dnsmasq', 'terraform-route53'].includes(format)) break;
    }
  });

  test('refuses what is broken', () => {
    const { text } = EXPORTERS[format](LISTS[0].list, OPTIONS);
    expect(check(`${text}"broken\n`).code).not.toBe(0);
  });
});
