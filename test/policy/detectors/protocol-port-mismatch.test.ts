import { describe, expect, test } from 'vitest';
import { accepted, connect, findings, LEFT, said, story } from './scenes.js';

describe('protocol-port-mismatch', () => {
  test.for([
    ['tls', 53, 'TLS on the port of DNS'],
    ['tls', 22, 'TLS on the port of SSH'],
    ['http', 443, 'HTTP on the port of HTTPS'],
    ['unknown', 443, 'an unknown protocol on the port of HTTPS'],
    ['ssh', 443, 'SSH on the port of HTTPS'],
    ['ssh', 8022, 'SSH on port 8022'],
    ['socks', 9050, 'SOCKS on port 9050'],
    ['http', 8000, 'clear-text HTTP on port 8000'],
  ] as const)('%s on %i: %s', ([protocol, port, what]) => {
    expect(findings(story([connect(LEFT, 'x.example', { protocol, port })]), null)[0]?.message).toContain(
      what,
    );
  });

  test.for([
    ['tls', 27_017],
    ['unknown', 5432],
    ['unknown', 9999],
    ['tls', 9999],
    ['http', 80],
    ['http', 8080],
    ['none', 443],
  ] as const)('%s on %i fits', ([protocol, port]) => {
    expect(findings(story([connect(LEFT, 'x.example', { protocol, port })]), null)).toEqual([]);
  });

  test('a code host offers SSH on the port of HTTPS', () => {
    expect(findings(story([connect(LEFT, 'ssh.github.com', { protocol: 'ssh' })]), null)).toEqual([]);
  });

  test('what the lock has is meant', () => {
    const record = story([connect(LEFT, '203.0.113.7', { protocol: 'ldap', port: 389 })]);
    expect(said(record, accepted(record))).toEqual([]);
  });
});
