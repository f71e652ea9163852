import { describe, expect, test } from 'vitest';
import { readStack } from '../../../src/attribution/stacks/roles.js';
import type { StackFrame } from '../../../src/model/attribution.js';

const names = { httpClients: new Set(['axios']), testRunners: new Set(['vitest']) };

/** `left` is node_modules/left, `app` the root; a `?` at the end: not the file on disk. */
function frames(...stack: string[]): StackFrame[] {
  return stack.map((text) => {
    const name = text.replace('?', '');
    const location = name === 'app' ? '' : `node_modules/${name}`;
    return {
      package: name === '-' ? null : { name, version: '1.0.0', location },
      path: `${name}.js`,
      line: 1,
      column: 1,
      function: null,
      bundle: null,
      isFile: !text.endsWith('?'),
    };
  });
}

describe('roles on a stack, innermost first', () => {
  test.for([
    { stack: ['left', 'app'], sink: 'left', cause: 'left', entry: 'app', isProven: true },
    { stack: ['axios', 'left', 'app'], sink: 'axios', cause: 'left', entry: 'app', isProven: true },
    { stack: ['axios', 'app?', 'vitest'], sink: 'axios', cause: 'app', entry: 'app', isProven: false },
    { stack: ['axios'], sink: 'axios', cause: null, entry: 'axios', isProven: true },
    { stack: ['-', 'left', '-'], sink: 'left', cause: 'left', entry: 'left', isProven: true },
    { stack: ['victim?', 'left', 'app'], sink: 'left', cause: 'left', entry: 'app', isProven: false },
    { stack: ['app?', 'left', 'app'], sink: 'left', cause: 'left', entry: 'app', isProven: false },
    { stack: ['app?', 'left'], sink: 'app', cause: null, entry: 'left', isProven: false },
    { stack: ['app?', 'left', 'app?'], sink: 'app', cause: 'app', entry: 'app', isProven: false },
  ])('$stack', ({ stack, sink, cause, entry, isProven }) => {
    const read = readStack(frames(...stack), names, () => false);
    expect(
      read && {
        sink: read.roles.sink.name,
        cause: read.roles.cause?.name ?? null,
        entry: read.roles.entry.name,
      },
    ).toEqual({
      sink,
      cause,
      entry,
    });
    expect(read?.isProven).toBe(isProven);
  });

  test('code of a dependency in a bundle is believed, and proves less than its own file', () => {
    const [left, app] = frames('left?', 'app');
    const read = readStack([{ ...left, bundle: 'dist/app.js' }, app] as StackFrame[], names, () => false);
    expect(read).toMatchObject({ roles: { cause: { name: 'left' } }, isProven: false, forged: [] });
    const whole = readStack([{ ...app, bundle: 'app.js' }] as StackFrame[], names, () => false);
    expect(whole).toMatchObject({ roles: { cause: { name: 'app' } }, isProven: false });
  });

  test('the clients between the connection and its cause, from the cause on, each once', () => {
    const clients = { ...names, httpClients: new Set(['axios', 'follow']) };
    const read = readStack(frames('follow', 'axios', 'follow', 'left', 'axios', 'app'), clients, () => false);
    expect(read?.clients.map(({ name }) => name)).toEqual(['axios', 'follow']);
  });

  test('nobody, where only runners and evaluated text are on it', () => {
    expect(readStack(frames('vitest', '-'), names, () => false)).toBeNull();
    expect(readStack([], names, () => false)).toBeNull();
  });
});
