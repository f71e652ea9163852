import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHAPES, writeCapture } from './capture-file.mjs';
import { PROGRAM, pairs, spread, time } from './measure.mjs';

/** What is asked for, of both kinds, and what shows the speed without the start of Node. */
const CAPTURES = [
  { title: 'an install, 100 MB', shape: SHAPES.install, size: 100_000_000, pairs: 7, target: '≥ 10' },
  {
    title: '100 MB of short connections',
    shape: SHAPES.shortConnections,
    size: 100_000_000,
    pairs: 15,
    target: '≥ 10',
  },
  {
    title: '1 GB of short connections',
    shape: SHAPES.shortConnections,
    size: 1_000_000_000,
    pairs: 3,
    target: '–',
  },
];
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
  const rows = [];
  for (const capture of CAPTURES) rows.push(await compare(capture));
  return rows;
}

async function compare({ size, title, shape, pairs: runs, target }) {
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-bench-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"name":"bench"}');
    const file = join(folder, 'install.pcap');
    writeCapture(file, size, shape);
    const ours = [...PROGRAM, 'import', file];
    const theirs = ['tshark', '-r', file, '-T', 'fields', ...FIELDS.flatMap((field) => ['-e', field])];
    const results = await pairs(
      runs,
      () => time(theirs, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }),
      () => {
        // Each import has as many earlier runs before it as the others: none.
        rmSync(join(folder, '.egresslock'), { recursive: true, force: true });
        return time(ours, { cwd: folder });
      },
    );
    const ratios = spread(results.map(([slow, own]) => slow.milliseconds / own.milliseconds));
    const own = spread(results.map(([, { milliseconds }]) => milliseconds));
    const text = (value) => value.toFixed(1);
    return {
      what: `import of a capture (${title}), tshark / egresslock (${Math.round(own.median)} ms)`,
      target,
      median: text(ratios.median),
      low: text(ratios.low),
      high: text(ratios.high),
      runs: `${runs} pairs`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
