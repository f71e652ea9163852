import { fstatSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

/** Milliseconds until a stream that is full, and was set to O_NONBLOCK by somebody else, is tried again. */
const PAUSE = 2;

/**
 * Has egresslock write to its standard streams without changing them. Node sets pipes and sockets to O_NONBLOCK at first
 * use, and with them all who share them: the wrapped command and whatever else writes there would be told EAGAIN where they
 * were to wait. So those are written to by write(2), which waits; Node's own streams are left for terminals and files, which
 * it leaves as they are. To be called before anything uses them.
 */
export function shareStandardStreams(): void {
  for (const [name, fd] of [
    ['stdout', 1],
    ['stderr', 2],
  ] as const) {
    if (!isPipeOrSocket(fd)) continue;
    let stream: SharedStream | null = null;
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        stream ??= new SharedStream(fd);
        return stream;
      },
    });
  }
}

/** Writes each chunk before `write` returns. */
class SharedStream extends Writable {
  readonly fd: number;

  constructor(fd: number) {
    super({ decodeStrings: true });
    this.fd = fd;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      for (let at = 0; at < chunk.length; ) at += this.#writeSome(chunk.subarray(at));
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #writeSome(chunk: Buffer): number {
    try {
      return writeSync(this.fd, chunk);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
      return 0;
    }
  }
}

function isPipeOrSocket(fd: number): boolean {
  try {
    const facts = fstatSync(fd);
    return facts.isFIFO() || facts.isSocket();
  } catch {
    return false;
  }
}
