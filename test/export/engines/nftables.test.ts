import { expect, test } from 'vitest';
import { nftables } from '../../../src/export/packets/nftables.js';
import type { Protocol } from '../../../src/model/transport.js';
import { describeLab } from '../../lab/lab.js';
import { OPTIONS } from '../lists.js';
import { inLab, RESOLVER } from './lab.js';
import { GIT_SERVER, isAllowed, list, SERVER } from './scenario.js';

interface Attempt {
  readonly transport: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  /** What the policy is asked: the name that was seen at the address, else the address. */
  readonly host: string;
  readonly protocol: Protocol;
}

const tcp = (address: string, port: number, host = address, protocol: Protocol = 'tls'): Attempt => ({
  transport: 'tcp',
  address,
  port,
  host,
  protocol,
});

const ATTEMPTS: readonly Attempt[] = [
  tcp('198.51.100.7', 443),
  tcp('198.51.100.7', 80),
  tcp('198.51.100.8', 443),
  tcp('2001:db8:1::7', 443),
  tcp('2001:db8:1::7', 80),
  tcp('2001:db8:1::8', 443),
  tcp(GIT_SERVER, 22, 'git.example', 'ssh'),
  tcp(GIT_SERVER, 443, 'git.example', 'ssh'),
  tcp(SERVER, 443, 'registry.example'),
  tcp(SERVER, 22, 'registry.example', 'ssh'),
  tcp('198.51.100.127', 8080, '198.51.100.127', 'http'),
  tcp('198.51.100.128', 8080, '198.51.100.128', 'http'),
  tcp('198.51.100.255', 8080, '198.51.100.255', 'http'),
  tcp('198.51.100.200', 80, '198.51.100.200', 'http'),
  { transport: 'udp', address: SERVER, port: 443, host: 'quick.example', protocol: 'quic' },
  { transport: 'udp', address: SERVER, port: 8443, host: 'quick.example', protocol: 'quic' },
];

/** Says whether bytes came back: at once or, where nothing answers, not within a time that no busy machine needs. */
const TRY = `
try() {
  if answer=$(timeout 10 bash -c 'exec 3<>/dev/$0/$1/$2; printf "x\\r\\n\\r\\n" >&3; head -c 1 <&3 | wc -c' "$1" "$2" "$3" 2>/dev/null) && [ "$answer" = 1 ]
  then echo "= $1 $2 $3 allowed"
  else echo "= $1 $2 $3 blocked"
  fi
}
`;

describeLab('nftables', () => {
  test('the kernel lets out what the policy allows, and nothing else', () => {
    const { text } = nftables(list(), { ...OPTIONS, resolver: RESOLVER });
    const tries = ATTEMPTS.map(({ transport, address, port }) => `try ${transport} ${address} ${port}`);
    const ports = { http: [22, 80, 443, 8080], udp: [443, 8443] };
    const told = (rules: string): string[] =>
      inLab(
        `${rules}\n${TRY}\n${tries.join('\n')}\ndig +short +tries=1 +time=2 @${RESOLVER} x.example >/dev/null`,
        { export: text },
        ports,
      );
    const ours = ATTEMPTS.map((attempt) => {
      const { transport, address, port } = attempt;
      return `${transport} ${address} ${port} ${isAllowed(attempt) ? 'allowed' : 'blocked'}`;
    });
    expect(told('nft -f export')).toEqual(ours);
    // Without the rules all get through: what blocks is the table.
    expect(told('true').filter((line) => line.endsWith('blocked'))).toEqual([]);
    // Loading it once more leaves one table.
    expect(told('nft -f export; nft -f export')).toEqual(ours);
  });
});
