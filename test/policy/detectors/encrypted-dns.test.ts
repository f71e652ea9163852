import { describe, expect, test } from 'vitest';
import { accepted, connect, datagrams, findings, LEFT, request, said, story } from './scenes.js';

describe('dns-over-https', () => {
  test.for([
    'dns.google',
    'abc123.dns.nextdns.io',
    '1.1.1.1',
    '45.90.28.17',
    '86.54.11.213',
    '2a13:1001::86:54:11:12',
    '2606:4700:4700::1111',
  ])('by the known resolver %s', (host) => {
    const record = story([connect(LEFT, host)]);
    expect(said(record)[0]).toContain('dns-over-https');
    expect(findings(record, accepted(record))).toEqual([]);
  });

  test('by an address behind another name', () => {
    const record = story([connect(LEFT, 'quiet.example', { address: '8.8.8.8' })]);
    expect(said(record)).toEqual(['high dns-over-https + new-destination']);
  });

  test.for([
    { path: '/dns-query?dns=AAABAAAB' },
    { path: '/resolve?name=x.example' },
    { path: '/resolve?name=[9 B]' },
    { path: '/q', headers: [{ name: 'content-type', bytes: 23, value: 'application/dns-message' }] },
  ])('by the request of a sinkhole, $path', (one) => {
    const record = story([
      connect(LEFT, 'quiet.example', { verdict: 'sunk' }),
      request(1, 'quiet.example', { method: 'POST', ...one }),
    ]);
    expect(said(record)).toEqual(['high dns-over-https + new-destination']);
  });

  test('not by another path, nor on another port', () => {
    const record = story([
      connect(LEFT, 'quiet.example'),
      request(1, 'quiet.example', { path: '/resolve' }),
      connect(LEFT, '1.1.1.1', { port: 80, protocol: 'http' }),
    ]);
    expect(said(record)).toEqual(['high new-destination', 'high direct-address']);
  });
});

describe('dns-over-tls', () => {
  test.for([
    { what: 'port 853', event: connect(LEFT, 'quiet.example', { port: 853 }) },
    { what: 'QUIC on 853', event: datagrams(LEFT, '203.0.113.5', { port: 853, protocol: 'quic' }) },
    { what: 'what the hello offers', event: connect(LEFT, 'quiet.example', { alpn: ['dot'] }) },
    { what: 'a known resolver', event: connect(LEFT, '9.9.9.9', { port: 8853 }) },
  ])('$what', ({ event }) => {
    expect(said(story([event]))[0]).toMatch(/^high dns-over-tls \+ (new-destination|direct-address)$/);
    expect(said(story([event]), null)[0]).toContain('medium dns-over-tls');
  });
});
