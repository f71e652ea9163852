import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Agent, type AgentEvents, launchAgent } from '../capture/agent/agent.js';
import { commandChain } from '../sandbox/chain.js';
import { startHolder } from '../sandbox/holder.js';
import type { Identity } from '../sandbox/identity.js';
import { MAXIMUM_MASKS, type Mask, masksFor } from '../sandbox/mask.js';
import { SandboxError } from '../sandbox/sandbox-error.js';
import { findTools } from '../sandbox/tools.js';
import type { HostFacts } from './host-facts.js';

export interface BackendOptions {
  readonly identity: Identity;
  readonly facts: HostFacts;
  /** Folders that the command must not see: where runs are kept, and those that the user named. */
  readonly hiddenFolders: readonly string[];
  readonly namedSockets: readonly string[];
  /** Further changes to what the command sees of the file system. */
  readonly masks: readonly Mask[];
  readonly pcap: string | null;
  readonly epoch: number;
  readonly events: AgentEvents;
}

/** The namespaces of one run, with the agent inside the gateway's. */
export interface Backend {
  readonly agent: Agent;
  /** argv that runs the command inside. */
  chain(cwd: string, command: readonly string[]): string[];
}

/** A backend whose namespaces are there, while mounts and agent are still being made. */
export interface LaunchedBackend {
  /** A process inside the sandbox's network namespace. */
  readonly holderPid: number;
  /** @throws SandboxError */
  readonly ready: Promise<Backend>;
  /** Removes all of it; idempotent. */
  stop(): Promise<void>;
}

/** Begins to make the `namespaces` backend. @throws SandboxError */
export async function launchBackend(options: BackendOptions): Promise<LaunchedBackend> {
  const tools = findTools();
  const { identity, facts } = options;
  const derived = masksFor({
    unixSockets: facts.unixSockets,
    resolvConf: facts.resolvConf.path,
    devices: facts.devices,
    hidden: options.hiddenFolders,
    named: options.namedSockets,
  });
  const masks = [...derived, ...options.masks];
  if (masks.length > MAXIMUM_MASKS) {
    throw new SandboxError(
      'setup-failed',
      `expected at most ${MAXIMUM_MASKS} sockets to mask, found ${masks.length}`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  const holder = await startHolder(tools, identity, masks, folder).catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  const order = {
    tools,
    holderPid: holder.pid,
    link: facts.link,
    offer: facts.offer,
    pcap: options.pcap,
    epoch: options.epoch,
  };
  const launched = launchAgent(identity, holder.pid, order, options.events);
  const ready = Promise.all([launched.started, holder.ready]).then(
    ([agent]): Backend => ({
      agent,
      chain: (cwd, command) => commandChain(tools, identity, { pid: holder.pid, folder }, cwd, command),
    }),
  );
  ready.catch(() => {});
  return {
    holderPid: holder.pid,
    ready,
    stop: async () => {
      const agent = await launched.started.catch(() => null);
      if (agent === null) launched.stop();
      else await agent.stop();
      holder.stop();
      removeFolder();
    },
  };
}
