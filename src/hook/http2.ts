import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { patch } from './conceal.js';
import { getPrototypeOf, isArray } from './primordials.js';
import type { Reporter } from './reporter.js';
import type { RequestLine, TellRequest } from './requests.js';
import { type Sockets, symbolOf } from './sockets.js';

interface Session {
  on(event: string, listener: () => void): void;
  destroy(): void;
}
interface Http2 {
  connect(authority: string, options: { createConnection: () => Duplex }): Session;
}

/** How Node lists a module of its own that the program has loaded (process.moduleLoadList, since Node 0.5). */
const LOADED = 'NativeModule http2';

/**
 * A session of HTTP/2 carries the requests of all who have got hold of it. Loading the module takes 7 ms, so it is left
 * to the program; the class of its sessions, which Node doesn't export, is that of one that leads nowhere.
 */
export function watchHttp2(
  reporter: Reporter,
  sockets: Sockets,
  isWorthALook: (line: RequestLine) => boolean,
  tell: TellRequest,
): void {
  let isPatched = false;
  sockets.onConnect(() => {
    // Since Node 20.16 and 22.3.
    if (isPatched || typeof process.getBuiltinModule !== 'function') return;
    const { moduleLoadList } = process as { moduleLoadList?: unknown };
    if (!isArray(moduleLoadList) || !lists(moduleLoadList, LOADED)) return;
    isPatched = true;
    patch(sessionPrototype(), 'request', (call, self, args) => {
      const headers = args[0] as Record<string, string> | undefined;
      const socket = socketOf(self as object);
      const known = sockets.of(socket);
      const line = { method: headers?.[':method'], host: String(known?.id), path: headers?.[':path'] };
      const stack = known !== null && isWorthALook(line) ? reporter.here() : undefined;
      if (known !== null && stack !== undefined) tell(socket as Socket, known.id, stack);
      return call(args);
    });
  });
}

function sessionPrototype(): object {
  const http2 = process.getBuiltinModule('http2') as unknown as Http2;
  const nowhere = (): Duplex => new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  const session = http2.connect('http://localhost', { createConnection: nowhere });
  session.on('error', () => {});
  session.destroy();
  return getPrototypeOf(session) as object;
}

function lists(names: readonly unknown[], name: string): boolean {
  for (let at = 0; at < names.length; at += 1) if (names[at] === name) return true;
  return false;
}

/** The session's own way to its socket; the public one is a proxy. */
function socketOf(session: object): unknown {
  const key = symbolOf(session, 'socket');
  return key === undefined ? null : (session as Record<symbol, unknown>)[key];
}
