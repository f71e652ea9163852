import { expect, test } from 'vitest';
import { haproxy } from '../../../src/export/proxy/haproxy.js';
import { squid } from '../../../src/export/proxy/squid.js';
import type { Protocol } from '../../../src/model/transport.js';
import { describeLab } from '../../lab/lab.js';
import { OPTIONS } from '../lists.js';
import { inLab, RESOLVER } from './lab.js';
import { isAllowed, list, NAMES } from './scenario.js';

interface Request {
  readonly protocol: Extract<Protocol, 'tls' | 'http'>;
  readonly host: string;
  readonly port: number;
}

const PORTS = { tls: [443, 7999, 8000, 8003, 8004], http: [80, 8080] };
const NAMED: readonly Request[] = [
  ...NAMES.map((host): Request => ({ protocol: 'tls', host, port: 443 })),
  ...NAMES.map((host): Request => ({ protocol: 'http', host, port: 80 })),
  ...PORTS.tls.map((port): Request => ({ protocol: 'tls', host: 'ports.example', port })),
  { protocol: 'http', host: 'plain.example', port: 8080 },
];
const ADDRESSED: readonly Request[] = [
  { protocol: 'tls', host: '198.51.100.7', port: 443 },
  { protocol: 'tls', host: '198.51.100.8', port: 443 },
  { protocol: 'tls', host: '2001:db8:1::7', port: 443 },
  { protocol: 'tls', host: '2001:db8:1::8', port: 443 },
  { protocol: 'http', host: '198.51.100.200', port: 8080 },
  { protocol: 'http', host: '198.51.100.100', port: 8080 },
  { protocol: 'http', host: '198.51.100.200', port: 80 },
];

const urlOf = ({ protocol, host, port }: Request): string =>
  `${protocol === 'tls' ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}/`;
const answersOf = (requests: readonly Request[]): string[] =>
  requests.map((request) => `${urlOf(request)} ${isAllowed(request) ? 'allowed' : 'blocked'}`);

/** One curl after the other; `$1` is the URL, the rest are options. */
const TRY = `
try() {
  url=$1; shift
  if [ "$(curl -sk --globoff --max-time 5 "$@" "$url" 2>/dev/null)" = lab ]; then echo "= $url allowed"; else echo "= $url blocked"; fi
}
`;

describeLab('proxies', () => {
  test('Squid carries what the policy allows, and nothing else', () => {
    const requests = [...NAMED, ...ADDRESSED];
    const { text } = squid(list(), OPTIONS);
    const config = `http_port 127.0.0.1:3128
dns_nameservers ${RESOLVER}
hosts_file none
cache_log cache.log
access_log none
pid_filename none
pinger_enable off
cache deny all
include export
`;
    const tries = requests.map((request) => `try '${urlOf(request)}' --proxy http://127.0.0.1:3128`);
    const told = inLab(
      `chown proxy . && squid -N -f squid.conf & await curl -s http://127.0.0.1:3128/\n${TRY}${tries.join('\n')}`,
      { export: text, 'squid.conf': config },
      PORTS,
    );
    expect(told).toEqual(answersOf(requests));
  });

  test('HAProxy carries what the policy allows, and nothing else', () => {
    const { text } = haproxy(list(), { ...OPTIONS, resolver: RESOLVER });
    const tries = NAMED.map((request) => {
      const { host, port } = request;
      return `try '${urlOf(request)}' --resolve ${host.toLowerCase()}:${port}:127.0.0.1`;
    });
    const told = inLab(
      `haproxy -db -f export >haproxy.log 2>&1 & await curl -s http://127.0.0.1:80/\n${TRY}${tries.join('\n')}`,
      { export: text },
      PORTS,
    );
    expect(told).toEqual(answersOf(NAMED));
  });
});
