import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ToAgent } from '../../../src/capture/agent/messages.js';
import { chooseLink } from '../../../src/sandbox/link.js';
import { findTools } from '../../../src/sandbox/tools.js';
import { describeLab } from '../../lab/lab.js';

const MAIN = fileURLToPath(new URL('../../../dist/capture/agent/main.js', import.meta.url));

/** No process has this number: one more than the largest (PID_MAX_LIMIT, include/linux/threads.h). */
const NOBODY = 4_194_304;

describeLab('the agent', () => {
  test('says why the network could not be made to whoever asks for it, however late', async () => {
    const tools = findTools();
    const child = spawn(tools.unshare, ['--net', '--', process.execPath, MAIN], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const failures: unknown[] = [];
    child.on('message', (message) => failures.push(message));
    const watch: ToAgent = { type: 'watch', pcap: null, origin: 0 };
    const orders: readonly ToAgent[] = [
      { type: 'join', tools, holderPid: NOBODY, link: chooseLink([]), offer: { ipv4: true, ipv6: false } },
      watch,
      watch,
    ];
    for (const order of orders) child.send(order);
    while (failures.length < 2) await once(child, 'message');
    child.disconnect();
    await once(child, 'exit');
    const told = {
      type: 'failed',
      message: expect.stringContaining('the link between sandbox and gateway'),
    };
    expect(failures).toEqual([told, told]);
  });
});
