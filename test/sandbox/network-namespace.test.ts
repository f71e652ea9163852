import { readFileSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type NetworkNamespace, namespaceOf, newNamespace } from '../../src/sandbox/network-namespace.js';
import { describeLab } from '../lab/lab.js';

const here = (): string => readlinkSync('/proc/thread-self/ns/net');

/** One that root can come back from. */
function somewhere(): NetworkNamespace {
  const namespace = newNamespace();
  if (namespace === null) throw new Error('expected root to come back from a namespace of its own');
  return namespace;
}

describeLab('a network namespace', () => {
  test('is another one, for as long as a function runs', () => {
    const own = here();
    const namespace = somewhere();
    expect(here()).toBe(own);
    const [there, interfaces] = namespace.inside(() => [
      here(),
      readFileSync('/proc/thread-self/net/dev', 'utf8'),
    ]);
    expect(there).not.toBe(own);
    expect(interfaces.match(/^ *[^ :]+:/gm)?.map((name) => name.trim())).toEqual(['lo:']);
    expect(here()).toBe(own);
    expect(namespace.inside(here)).toBe(there);
    expect(readlinkSync(namespace.path)).toBe(there);
    namespace.leave();
  });

  test('is left by an exception too', () => {
    const own = here();
    const namespace = somewhere();
    expect(() =>
      namespace.inside(() => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(here()).toBe(own);
    namespace.leave();
    namespace.leave();
    expect(() => namespace.inside(here)).toThrow('not to be left yet');
    expect(here()).toBe(own);
  });

  test('of a process is that of its network; of nobody there is none', () => {
    const namespace = namespaceOf(process.pid);
    expect(namespace.inside(here)).toBe(here());
    namespace.leave();
    expect(() => namespaceOf(4_194_304)).toThrow('the network namespace of process 4194304 is not there');
  });
});
