import { describe, expect, test } from 'vitest';
import { accepted, connect, findings, LEFT, said, story } from './scenes.js';

describe('direct-address', () => {
  test.for(['203.0.113.7', '2001:db8::7'])('%s, which no name led to', (address) => {
    const record = story([connect(LEFT, address)]);
    const place = address.includes(':') ? `[${address}]:443/tls` : `${address}:443/tls`;
    expect(said(record)).toEqual(['high direct-address']);
    expect(said(record, null)).toEqual(['medium direct-address']);
    expect(findings(record)[0]?.message).toContain(`address without a name \`${place}\` by \`left@1.2.4\``);
  });

  test('not behind a name, nor what the lock has', () => {
    const record = story([connect(LEFT, '203.0.113.7')]);
    expect(said(record, accepted(record))).toEqual([]);
    expect(said(story([connect(LEFT, 'x.example', { address: '203.0.113.7' })]), null)).toEqual([]);
  });
});
