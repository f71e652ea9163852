import { describe, expect, test } from 'vitest';
import { history, past } from './pasts.js';
import { accepted, ask, connect, LEFT, said, story } from './scenes.js';

describe('private-address', () => {
  test.for([
    '10.0.0.1',
    '172.16.9.9',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.1.1',
    'fd12::1',
    'fe80::1',
    '127.0.0.1',
  ])('a public name that led to %s', (address) => {
    const type = address.includes(':') ? 'AAAA' : 'A';
    const record = story([ask(LEFT, 'rebind.example', { type, answers: [address] })]);
    expect(said(record)).toEqual(['high private-address + new-destination']);
    expect(said(record, null)).toEqual(['medium private-address']);
    expect(said(record, accepted(record))).toEqual([]);
  });

  test('an accepted name that leads to both, or that led to public addresses before', () => {
    const both = story([
      ask(LEFT, 'x.example', { answers: ['10.0.0.1', '203.0.113.7'] }),
      connect(LEFT, 'x.example'),
    ]);
    expect(said(both, accepted(both))).toEqual(['high private-address']);
    const now = story([
      ask(LEFT, 'x.example', { answers: ['10.0.0.1'] }),
      connect(LEFT, 'x.example', { address: '10.0.0.1' }),
    ]);
    expect(said(now, accepted(now), { history: history([past('x.example')]) })).toEqual([
      'high private-address',
    ]);
    const before = history([past('x.example', { addresses: ['10.0.0.2'] })]);
    expect(said(now, accepted(now), { history: before })).toEqual([]);
  });

  test('a filter that answers with the unspecified address, and what a sinkhole answers, lead nowhere', () => {
    expect(said(story([ask(LEFT, 'x.example', { answers: ['0.0.0.0'] })]), null)).toEqual([]);
    const sunk = story([
      ask(LEFT, 'x.example', { answers: ['10.0.0.1'], verdict: 'sunk' }),
      connect(LEFT, 'x.example', { address: '10.0.0.1', verdict: 'sunk' }),
    ]);
    expect(said(sunk, null)).toEqual([]);
  });

  test('an address by itself', () => {
    expect(said(story([connect(LEFT, '192.168.1.1', { port: 80, protocol: 'http' })]))).toEqual([
      'high private-address + direct-address',
    ]);
  });
});
