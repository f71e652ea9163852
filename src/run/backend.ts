import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Agent, type AgentEvents, launchAgent } from '../capture/agent/agent.js';
import { commandChain } from '../sandbox/chain.js';
import { type Holder, startHolder } from '../sandbox/holder.js';
import type { Identity } from '../sandbox/identity.js';
import { MAXIMUM_MASKS, masksFor } from '../sandbox/mask.js';
import { SandboxError } from '../sandbox/sandbox-error.js';
import { findTools } from '../sandbox/tools.js';
import type { HostFacts } from './host-facts.js';

export interface BackendOptions {
  readonly identity: Identity;
  readonly facts: HostFacts;
  /** Folders that the command must not see: egresslock's own. */
  readonly ownFolders: readonly string[];
  readonly namedSockets: readonly string[];
  readonly pcap: string | null;
  readonly epoch: number;
  readonly events: AgentEvents;
}

/** The namespaces of one run, with the agent inside the gateway's. */
export interface Backend {
  readonly agent: Agent;
  readonly holderPid: number;
  /** argv that runs the command inside. */
  chain(cwd: string, command: readonly string[]): string[];
  /** Removes all of it; idempotent. */
  stop(): Promise<void>;
}

/** Makes the `namespaces` backend. @throws SandboxError */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const tools = findTools();
  const { identity, facts } = options;
  const masks = masksFor({
    unixSockets: facts.unixSockets,
    resolvConf: facts.resolvConf.path,
    devices: facts.devices,
    own: options.ownFolders,
    named: options.namedSockets,
  });
  if (masks.length > MAXIMUM_MASKS) {
    throw new SandboxError(
      'setup-failed',
      `expected at most ${MAXIMUM_MASKS} sockets to mask, found ${masks.length}`,
    );
  }
  const keepFolder = mkdtempSync(join(tmpdir(), 'egresslock-'));
  let holder: Holder | null = null;
  let launched: ReturnType<typeof launchAgent> | null = null;
  try {
    holder = await startHolder(tools, identity, masks, keepFolder);
    const held = holder;
    launched = launchAgent(
      identity,
      held.pid,
      {
        tools,
        holderPid: held.pid,
        link: facts.link,
        offer: facts.offer,
        pcap: options.pcap,
        epoch: options.epoch,
      },
      options.events,
    );
    const [agent] = await Promise.all([launched.started, held.ready]);
    return {
      agent,
      holderPid: held.pid,
      chain: (cwd, command) => commandChain(tools, identity, held.pid, cwd, command),
      stop: async () => {
        await agent.stop();
        held.stop();
        rmSync(keepFolder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    launched?.stop();
    holder?.stop();
    rmSync(keepFolder, { recursive: true, force: true });
    throw error;
  }
}
