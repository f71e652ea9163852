import { describe, expect, test } from 'vitest';
import { type FlowAttempt, type FlowClaims, NO_CLAIMS } from '../../../src/capture/gate.js';
import { parseHosts } from '../../../src/capture/resolver/hosts-file.js';
import { createSinkGate, type OpenRegistries } from '../../../src/capture/sinkhole/sink-gate.js';

const MANAGER = 1;
const SCRIPT = 2;
const hosts = parseHosts('127.0.0.1 localhost\n192.0.2.7 own.test\n');
const gateWith = (places: OpenRegistries['places'] | null) =>
  createSinkGate({
    hosts,
    search: ['corp.test'],
    registries: places === null ? null : { places, isManager: (actorId) => actorId === MANAGER },
  });
const attempt = (given: Partial<FlowAttempt>): FlowAttempt => ({
  at: 0,
  actorId: MANAGER,
  transport: 'tcp',
  localPort: null,
  address: '203.0.113.5',
  port: 443,
  resolvedNames: [],
  hostsNames: [],
  isLoopback: false,
  ...given,
});
const tls = (sni: string | null): FlowClaims => ({ ...NO_CLAIMS, protocol: 'tls', sni });

test('names are answered here, by type, and those of the hosts file as it says', () => {
  const gate = gateWith(null);
  const answer = (name: string, type: string): unknown => {
    const ruling = gate.lookUp(name, type, MANAGER);
    expect(ruling).toMatchObject({ isAllowed: false, isSunk: true });
    return ruling.isAllowed ? null : ruling.answer;
  };
  expect(answer('web.example', 'A')).toEqual({ addresses: ['198.18.0.1'] });
  expect(answer('web.example', 'AAAA')).toEqual({ rcode: 'NOERROR' });
  expect(answer('web.example.corp.test', 'A')).toEqual({ rcode: 'NXDOMAIN' });
  expect(answer('own.test', 'A')).toEqual({ addresses: ['192.0.2.7'] });
});

test('no flow is let out', () => {
  const gate = gateWith(null);
  for (const one of [
    attempt({}),
    attempt({ isLoopback: true, address: '127.0.0.1' }),
    attempt({ actorId: null }),
  ]) {
    expect(gate.flow(one)).toEqual({ isAllowed: false, isSunk: true });
  }
});

describe('an open registry', () => {
  const gate = gateWith([{ host: 'registry.example', port: 443 }]);
  const flow = (given: Partial<FlowAttempt>): boolean =>
    gate.flow(attempt({ resolvedNames: ['registry.example'], ...given })).isAllowed;

  test('may be asked for and reached by the package manager', () => {
    expect(gate.lookUp('registry.example', 'A', MANAGER).isAllowed).toBe(true);
    expect(flow({})).toBe(true);
  });

  test.for<[string, Partial<FlowAttempt>]>([
    ['by a script', { actorId: SCRIPT }],
    ['by nobody in particular', { actorId: null }],
    ['at another port', { port: 80 }],
    ['under another name', { resolvedNames: ['other.example'] }],
    ['without a name', { resolvedNames: [] }],
    ['at an address that was made up here', { address: '198.18.0.1' }],
    ["at the host's loopback", { isLoopback: true, address: '127.0.0.1' }],
  ])('not %s', ([, given]) => {
    expect(flow(given)).toBe(false);
  });

  test('not asked for by others, nor anything like it', () => {
    expect(gate.lookUp('registry.example', 'A', SCRIPT)).toMatchObject({ isAllowed: false, isSunk: true });
    expect(gate.lookUp('x.registry.example', 'A', MANAGER)).toMatchObject({ isAllowed: false, isSunk: true });
  });

  test('not as a way to something else', () => {
    const to = attempt({ resolvedNames: ['registry.example'] });
    expect(gate.claims(to, tls('registry.example')).isAllowed).toBe(true);
    expect(gate.claims(to, tls(null)).isAllowed).toBe(true);
    expect(gate.claims(to, tls('front.example')).isAllowed).toBe(false);
    expect(gate.claims(to, { ...NO_CLAIMS, protocol: 'ssh' }).isAllowed).toBe(false);
    const tunnel = { ...NO_CLAIMS, protocol: 'http', tunnelTarget: 'x.example:443' } as const;
    expect(gate.claims(to, tunnel).isAllowed).toBe(false);
  });

  test('on the loopback, where it is named so', () => {
    const local = gateWith([{ host: 'localhost', port: 4873 }]);
    const to = { address: '127.0.0.1', port: 4873, isLoopback: true };
    expect(local.flow(attempt(to)).isAllowed).toBe(true);
    expect(local.flow(attempt({ ...to, actorId: SCRIPT })).isAllowed).toBe(false);
    expect(local.flow(attempt({ ...to, port: 4874 })).isAllowed).toBe(false);
  });
});
