import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseLink, hasIpv6Default, ipv4Number, parseRoutes } from '../../src/sandbox/link.js';

const range = (text: string) => {
  const [address = '', prefix] = text.split('/');
  return { base: ipv4Number(address), prefix: Number(prefix) };
};

test.each([
  [[], '100.127.255.254'],
  [['0.0.0.0/0'], '100.127.255.254'],
  [['100.64.0.0/10'], '198.19.255.254'],
  [['100.127.255.254/32'], '100.96.13.254'],
  [['100.127.255.0/24', '100.96.0.0/12'], '198.19.255.254'],
  [['100.64.0.0/10', '198.18.0.0/15', '10.0.0.0/8'], '172.30.213.254'],
  // All taken: the last.
  [['100.64.0.0/10', '198.18.0.0/15', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'], '192.168.213.254'],
])('beside the routes %j the sandbox is at %s', (routes, expected) => {
  expect(chooseLink(routes.map(range)).ipv4.sandbox).toBe(expected);
});

test.each(['100.127.255.255/32', '100.127.255.254/31'])(
  'the other end, %s, is kept away from too',
  (taken) => {
    expect(chooseLink([range(taken)]).ipv4.sandbox).toBe('100.96.13.254');
  },
);

test('the ends are a pair of a /31 and a /127', () => {
  const { ipv4, ipv6 } = chooseLink([]);
  expect(ipv4Number(ipv4.gateway)).toBe(ipv4Number(ipv4.sandbox) + 1);
  expect(ipv4Number(ipv4.sandbox) % 2).toBe(0);
  expect([ipv6.sandbox, ipv6.gateway]).toEqual(['fd65:6772:6573:736c::', 'fd65:6772:6573:736c::1']);
});

test('reads the routes of the kernel', () => {
  const text = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    'eth1\t0000007F\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0',
    '',
  ].join('\n');
  expect(parseRoutes(text)).toEqual([range('0.0.0.0/0'), range('172.17.0.0/16'), range('127.0.0.0/8')]);
});

const ipv6Route = (target: string, prefix: string, device: string): string =>
  `${target} ${prefix} ${'0'.repeat(32)} 00 fe80${'0'.repeat(27)}1 00000400 00000001 00000000 00000003     ${device}`;

test.each([
  ['a default route', [ipv6Route('0'.repeat(32), '00', 'eth0')], true],
  ["the kernel's own on loopback", [ipv6Route('0'.repeat(32), '00', 'lo')], false],
  [
    'a longer prefix',
    [ipv6Route('0'.repeat(32), '60', 'eth0'), ipv6Route(`fe80${'0'.repeat(28)}`, '40', 'eth0')],
    false,
  ],
  ['nothing', [], false],
])('%s', (_what, lines, expected) => {
  expect(hasIpv6Default(`${lines.join('\n')}\n`)).toBe(expected);
});

test('the chosen link lies in no route while a candidate is free', () => {
  const route = fc.record({
    base: fc.integer({ min: 0, max: 0xffffffff }),
    prefix: fc.integer({ min: 1, max: 32 }),
  });
  const near = fc
    .tuple(
      fc.constantFrom('100.127.255.254', '100.96.13.255', '198.19.255.254'),
      fc.integer({ min: 1, max: 32 }),
    )
    .map(([address, prefix]) => range(`${address}/${prefix}`));
  const isIn = (address: string, { base, prefix }: { base: number; prefix: number }): boolean =>
    BigInt(ipv4Number(address)) >> BigInt(32 - prefix) === BigInt(base) >> BigInt(32 - prefix);
  fc.assert(
    fc.property(fc.array(fc.oneof(route, near), { maxLength: 5 }), (routes) => {
      const { sandbox, gateway } = chooseLink(routes).ipv4;
      const isTaken = routes.some((one) => isIn(sandbox, one) || isIn(gateway, one));
      expect(isTaken && sandbox !== '192.168.213.254').toBe(false);
    }),
    { seed: 3021, numRuns: 1000 },
  );
});

test('any text is a table of routes', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const { base } of parseRoutes(`header\n${text}`)) expect(typeof base).toBe('number');
      hasIpv6Default(text);
    }),
    { seed: 4, numRuns: 300 },
  );
});
