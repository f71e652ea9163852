import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCapture } from './capture-file.mjs';
import { PROGRAM, pairs, spread, time } from './measure.mjs';

const PAIRS = 7;
const SIZE = 100_000_000;
const FIELDS = [
  'dns.qry.name',
  'tls.handshake.extensions_server_name',
  'ip.src',
  'ip.dst',
  'tcp.srcport',
  'tcp.dstport',
  'udp.srcport',
  'udp.dstport',
];

/** How often an import fits into the time that tshark takes to say the same of a capture. */
export async function importing() {
  if (!existsSync('/usr/bin/tshark')) {
    console.error('import: needs the Debian package tshark to compare with');
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-bench-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"name":"bench"}');
    const file = join(folder, 'install.pcap');
    writeCapture(file, SIZE);
    const ours = [...PROGRAM, 'import', file];
    const theirs = ['tshark', '-r', file, '-T', 'fields', ...FIELDS.flatMap((field) => ['-e', field])];
    const results = await pairs(
      PAIRS,
      () => time(theirs, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }),
      () => time(ours, { cwd: folder }),
    );
    const ratios = spread(results.map(([slow, own]) => slow.milliseconds / own.milliseconds));
    const own = spread(results.map(([, { milliseconds }]) => milliseconds));
    const text = (value) => value.toFixed(1);
    return [
      {
        what: `import of a capture of 100 MB, tshark / egresslock (${Math.round(own.median)} ms)`,
        target: '≥ 10',
        median: text(ratios.median),
        low: text(ratios.low),
        high: text(ratios.high),
        runs: `${PAIRS} pairs`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
