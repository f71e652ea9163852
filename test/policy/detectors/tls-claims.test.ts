import { describe, expect, test } from 'vitest';
import { accepted, connect, findings, LEFT, said, story } from './scenes.js';

describe('sni-mismatch', () => {
  const odd = { kind: 'sni-resolved', left: 'good.example', right: 'bad.example' } as const;

  test('also where the lock has the place', () => {
    const record = story([connect(LEFT, 'bad.example', { sni: 'good.example', disagreements: [odd] })]);
    expect(said(record, accepted(record))).toEqual(['high sni-mismatch']);
    expect(findings(record)[0]?.message).toContain(
      'asks for `good.example`, its address was that of `bad.example`',
    );
  });

  test('a Host for an address that no name was asked for is below the address itself', () => {
    const host = { kind: 'host-resolved', left: 'good.example', right: '203.0.113.7' } as const;
    const record = story([
      connect(LEFT, '203.0.113.7', { port: 80, protocol: 'http', disagreements: [host] }),
    ]);
    expect(said(record, null)).toEqual(['medium direct-address + sni-mismatch']);
  });

  test('a Host and a hello that name different hosts', () => {
    const differ = { kind: 'host-sni', left: 'inner.example', right: 'x.example' } as const;
    const record = story([connect(LEFT, 'x.example', { disagreements: [differ] })]);
    expect(said(record, accepted(record))).toEqual(['high sni-mismatch']);
    expect(findings(record)[0]?.message).toContain(
      'its Host is `inner.example`, its TLS hello asks for `x.example`',
    );
  });

  test('a call that was changed under way', () => {
    const kind = 'notified-accepted' as const;
    const changed = { kind, left: '203.0.113.7 443', right: '203.0.113.8 25' };
    const record = story([connect(LEFT, 'x.example', { disagreements: [changed] })]);
    expect(findings(record)[0]?.message).toContain('asked for 203.0.113.7 443 and went to 203.0.113.8 25');
  });

  test('not on the loopback', () => {
    const record = story([
      connect(LEFT, 'localhost', { address: '127.0.0.1', hostSource: 'loopback', disagreements: [odd] }),
    ]);
    expect(said(record, accepted(record))).toEqual([]);
  });
});

describe('encrypted-hello', () => {
  test('in a place that is new, and in a known one where the name outside was not asked for', () => {
    const plain = story([connect(LEFT, 'x.example', { ech: true })]);
    expect(said(plain)).toEqual(['high new-destination + encrypted-hello']);
    expect(said(plain, null)).toEqual(['low encrypted-hello']);
    const odd = { kind: 'sni-resolved', left: 'front.example', right: 'x.example' } as const;
    const hidden = story([
      connect(LEFT, 'x.example', { ech: true, sni: 'front.example', disagreements: [odd] }),
    ]);
    expect(said(hidden, accepted(hidden))).toEqual(['high sni-mismatch + encrypted-hello']);
  });
});
