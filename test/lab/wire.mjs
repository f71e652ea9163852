import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Starts the count of all that leaves in this network namespace; returns what asks for it. */
export async function watchWire() {
  const script = fileURLToPath(new URL('./wire.py', import.meta.url));
  const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the count of packets has ended');
    return value;
  };
  await next();
  return async () => {
    child.stdin.write('\n');
    return JSON.parse(await next());
  };
}
