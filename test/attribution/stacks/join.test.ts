import { describe, expect, test } from 'vitest';
import { readClaims } from '../../../src/attribution/stacks/heard.js';
import { joinClaims } from '../../../src/attribution/stacks/join.js';
import type { Claim, HeardClaim } from '../../../src/model/claim.js';
import { actor, query } from '../../report/sample.js';
import { frame } from './sample-frame.js';

const OWN = '192.0.2.53';
const GIVEN = '198.51.100.53';
const stack = (id: number, file: string): Claim => ({ kind: 'stack', id, frames: [{ ...frame, file }] });
const sent = (address: string, by: number): Claim => ({
  kind: 'datagram',
  address,
  port: 53,
  localPort: 40_000 + by,
  host: null,
  stack: by,
});

/** What a process with two packages has claimed, held against its queries. */
function join(claims: readonly Claim[], queries: Parameters<typeof joinClaims>[0]) {
  const hello: Claim = { kind: 'hello', version: 'v20', image: 'one' };
  const all = [hello, stack(1, '/app/a.js'), stack(2, '/app/b.js'), ...claims];
  const heard = all.map(
    (claim, seq): HeardClaim => ({ pid: 101, thread: 0, seq, token: 'own', at: 10, claim }),
  );
  const actors = [{ ...actor(1, ['node']), preload: { image: 'one', isFirst: true } }];
  const { stacks, byServer, unmatched } = joinClaims(queries, actors, readClaims(heard, actors));
  const files = [...stacks].map(([id, set]) => [id, [...set].map(([innermost]) => innermost?.file)]);
  return { files: Object.fromEntries(files), byServer: [...byServer], unmatched };
}

describe('queries that a program writes itself', () => {
  const own = query(1, 'x.example', { server: OWN, ownResolver: true });

  test('to a server of its own choice: whoever has sent something there', () => {
    expect(join([sent(OWN, 1)], [own])).toEqual({ files: { 1: ['/app/a.js'] }, byServer: [1], unmatched: 0 });
  });

  test('a name that was asked through the system is told by its look-up', () => {
    const lookup: Claim = { kind: 'lookup', name: 'x.example', stack: 2 };
    const joined = join([sent(OWN, 1), lookup], [own]);
    expect(joined).toEqual({ files: { 1: ['/app/b.js'] }, byServer: [], unmatched: 0 });
  });

  test('several senders are all there, and marked', () => {
    const joined = join([sent(OWN, 1), sent(OWN, 2)], [own]);
    expect(joined).toEqual({ files: { 1: ['/app/a.js', '/app/b.js'] }, byServer: [1], unmatched: 0 });
  });

  test('to the given resolver they name nobody, since native code asks there too', () => {
    expect(join([sent(GIVEN, 1)], [query(1, 'x.example')])).toEqual({
      files: {},
      byServer: [],
      unmatched: 0,
    });
  });

  test('what nobody has asked is unmatched', () => {
    expect(join([sent(OWN, 1)], [query(1, 'x.example')])).toEqual({ files: {}, byServer: [], unmatched: 1 });
  });
});
