/*
 * Wrappers that the program can't tell from what they wrap: a proxy has the name, the length, the properties and the
 * prototype of its target, and Function.prototype.toString is told to print the target.
 */
import { apply, bare, construct, defineProperty, getOwnPropertyDescriptor, secluded } from './primordials.js';

const originals = secluded(new WeakMap<object, object>());
/** Newer Nodes come with one. */
const nativePrepare = Error.prepareStackTrace;
const nativeToString = Function.prototype.toString;

type AnyFunction = (...args: never[]) => unknown;

/** `around` calls the original itself, by `call`. */
export type Around = (call: (args: unknown[]) => unknown, self: unknown, args: unknown[]) => unknown;

/** A function that runs `around` instead of the original. */
export function wrapFunction<F extends AnyFunction>(original: F, around: Around): F {
  const wrapper = new Proxy(
    original,
    bare<ProxyHandler<F>>({
      apply: (target, self, args) => {
        try {
          return around((given) => apply(target, self, given), self, args);
        } catch (error) {
          concealFrames(error);
          throw error;
        }
      },
    }),
  );
  originals.set(wrapper, original);
  return wrapper;
}

/** Takes the hook's own frames out of an error's stack, unless the program has a form of its own for stacks. */
function concealFrames(error: unknown): void {
  if (!(error instanceof Error) || Error.prepareStackTrace !== nativePrepare) return;
  const { stack } = error;
  if (typeof stack !== 'string' || !stack.includes(__filename)) return;
  const lines = stack.split('\n').filter((line) => !line.includes(__filename));
  Reflect.set(error, 'stack', lines.join('\n'));
}

/** A class whose constructor runs `around` instead of the original's. */
export function wrapClass<C extends object>(original: C, around: Around): C {
  const wrapper: C = new Proxy(
    original,
    bare<ProxyHandler<C>>({
      construct: (target, args, newTarget): object =>
        around(
          (given) => construct(target as never, given, newTarget === wrapper ? (target as never) : newTarget),
          undefined,
          args,
        ) as object,
    }),
  );
  originals.set(wrapper, original);
  return wrapper;
}

/** Replaces a method in place, as it was declared; does nothing where there is no such method. */
export function patch(owner: object, key: string, around: Around): void {
  const declared = getOwnPropertyDescriptor(owner, key);
  if (declared === undefined || typeof declared.value !== 'function') return;
  defineProperty(owner, key, bare({ ...declared, value: wrapFunction(declared.value, around) }));
}

/** Makes `toString` print what a wrapper wraps. */
export function concealWrappers(): void {
  patch(Function.prototype, 'toString', (call, self, args) => {
    const original = typeof self === 'function' ? originals.get(self) : undefined;
    return original === undefined ? call(args) : apply(nativeToString, original, []);
  });
}
