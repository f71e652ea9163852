import { describe, expect, test } from 'vitest';
import { accepted, ask, datagrams, findings, LEFT, said, story } from './scenes.js';

describe('own-resolver', () => {
  const server = '203.0.113.53';
  const asked = { server, ownResolver: true };
  const flow = datagrams(LEFT, server, { port: 53, protocol: 'dns' });

  test('a server that was not given, by whoever asks it', () => {
    const record = story([ask(LEFT, 'files.example', asked), flow]);
    expect(said(record, null)).toEqual(['medium own-resolver']);
    const [finding] = findings(record);
    expect(finding).toMatchObject({
      rule: 'own-resolver',
      severity: 'high',
      destination: `${server}:53/dns`,
    });
    expect(finding?.message).toContain(`own resolver \`${server}:53/dns\` by \`left@1.2.4\``);
  });

  test('not the one that was given, nor what the lock has', () => {
    const record = story([ask(LEFT, 'files.example', asked), flow]);
    expect(said(record, accepted(record))).toEqual([]);
    expect(said(story([ask(LEFT, 'files.example', { server }), flow]), null)).toEqual([
      'medium direct-address',
    ]);
  });
});
