import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EGRESSLOCK, pairs, spread, time } from './measure.mjs';

const PAIRS = 5;
const GIB = 1024 ** 3;
const SERVER = fileURLToPath(new URL('./bulk-server.mjs', import.meta.url));
const HOST = 'http://198.51.100.30:8000';

/** Makes a network namespace with a bulk server, starts a slirp4netns beside it, and measures both ways through each. */
export async function transfer() {
  if (!existsSync('/usr/bin/slirp4netns')) {
    console.error('transfer: needs root and the Debian package slirp4netns to compare with');
    return [];
  }
  const network = [
    'ip link set lo up',
    'ip link add bulk0 type veth peer name bulk1',
    'ip addr add 198.51.100.30/24 dev bulk0',
    'ip link set bulk0 up; ip link set bulk1 up',
    'ip route add default via 198.51.100.1',
    `exec "${process.execPath}" "${SERVER}"`,
  ].join('; ');
  const host = spawn('unshare', ['--net', 'sh', '-c', network], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve) => host.stdout.once('data', resolve));
  const onHost = ['nsenter', '--target', String(host.pid), '--net', '--'];
  const sandbox = spawn('unshare', ['--net', 'cat'], { stdio: ['pipe', 'ignore', 'inherit'] });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const slirp = spawn(
    'nsenter',
    [...onHost.slice(1), 'slirp4netns', '--configure', '--mtu=65520', String(sandbox.pid), 'tap0'],
    { stdio: 'ignore' },
  );
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const bySlirp = ['nsenter', '--target', String(sandbox.pid), '--net', '--'];
  try {
    const clients = {
      in: ['curl', '-sS', '-o', '/dev/null', '-w', '%{speed_download}', `${HOST}/${GIB}`],
      out: [
        'sh',
        '-c',
        `head -c ${GIB} /dev/zero | curl -sS -o /dev/null -w '%{speed_upload}' -H 'Expect:' -X POST -T - ${HOST}/`,
      ],
    };
    const rows = [];
    for (const [direction, client] of Object.entries(clients)) {
      const results = await pairs(
        PAIRS,
        () => time([...bySlirp, ...client]),
        () => time([...onHost, ...EGRESSLOCK, ...client]),
      );
      const ratios = spread(results.map(([slow, ours]) => Number(ours.out) / Number(slow.out)));
      const speeds = spread(results.map(([, ours]) => (Number(ours.out) * 8) / 1e9));
      const ratio = (value) => value.toFixed(2);
      rows.push({
        what: `1 GiB ${direction}, egresslock / slirp4netns (${speeds.median.toFixed(1)} Gbit/s)`,
        target: '≥ 1',
        median: ratio(ratios.median),
        low: ratio(ratios.low),
        high: ratio(ratios.high),
        runs: `${PAIRS} pairs`,
      });
    }
    return rows;
  } finally {
    slirp.kill();
    sandbox.stdin.end();
    host.stdin.end();
  }
}
