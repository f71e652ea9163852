import { type Around, patch, wrapClass } from './conceal.js';
import { bare, defineProperty, getOwnPropertyDescriptor } from './primordials.js';
import type { Reporter } from './reporter.js';

/** What lets the program debug itself, as Node's own modules know it. */
type Binding = Record<string, unknown> & { isEnabled?: () => boolean };

/**
 * Who debugs a process can read what the hook keeps to itself, and speak in its place. It may well be a test runner that
 * measures coverage, so it is only told: what the process says is proof of nothing then.
 */
export function watchInspector(reporter: Reporter, binding: (name: string) => object): void {
  const inspector = bindingOf(binding);
  if (inspector === null) return;
  const expose: Around = (call, _self, args) => {
    reporter.expose();
    return call(args);
  };
  for (const name of ['Connection', 'MainThreadConnection']) {
    const declared = getOwnPropertyDescriptor(inspector, name);
    if (typeof declared?.value !== 'function') continue;
    defineProperty(inspector, name, bare({ ...declared, value: wrapClass(declared.value, expose) }));
  }
  patch(inspector, 'open', expose);
  // A signal opens it as well (SIGUSR1, node's documentation of process), of which nothing in the process is told.
  const { isEnabled } = inspector;
  if (typeof isEnabled === 'function') reporter.exposeWhen(isEnabled);
  patch(process, '_debugEnd', expose);
}

/** Null in a Node that was built without it. */
function bindingOf(binding: (name: string) => object): Binding | null {
  try {
    return binding('inspector') as Binding;
  } catch {
    return null;
  }
}
