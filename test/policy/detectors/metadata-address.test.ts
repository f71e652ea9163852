import { describe, expect, test } from 'vitest';
import { accepted, connect, findings, LEFT, said, story } from './scenes.js';

describe('metadata-address', () => {
  test.for(['169.254.170.2', 'fd00:ec2::254', '100.100.100.200', 'metadata.google.internal'])(
    '%s',
    (host) => {
      const record = story([connect(LEFT, host, { port: 80, protocol: 'http' })]);
      expect(said(record)[0]).toContain('critical metadata-address');
      expect(said(record, accepted(record))).toEqual([]);
    },
  );

  test('behind a name', () => {
    const record = story([
      connect(LEFT, 'rebind.example', { address: '169.254.169.254', port: 80, protocol: 'http' }),
    ]);
    expect(findings(record)[0]?.message).toContain('`rebind.example:80/http` (169.254.169.254)');
  });
});
