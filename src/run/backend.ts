import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Agent, type AgentEvents, connectAgent } from '../capture/agent/agent.js';
import { commandChain } from '../sandbox/chain.js';
import { MAXIMUM_MASKS, type Mask, masksFor } from '../sandbox/mask.js';
import { SandboxError } from '../sandbox/sandbox-error.js';
import type { HostFacts } from './host-facts.js';
import type { Opening } from './opening.js';

export interface BackendOptions {
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

/** A backend whose namespaces are there, while mounts and network are still being made. */
export interface LaunchedBackend {
  /** A process inside the sandbox's network namespace. */
  readonly holderPid: number;
  /** @throws SandboxError */
  readonly ready: Promise<Backend>;
  /** Removes all of it; idempotent. */
  stop(): Promise<void>;
}

/** Begins to make the `namespaces` backend of what was opened. @throws SandboxError */
export async function launchBackend(
  { identity, facts, processes }: Opening,
  options: BackendOptions,
): Promise<LaunchedBackend> {
  const masks = [...derivedMasks(facts, options), ...options.masks];
  if (masks.length > MAXIMUM_MASKS) {
    throw new SandboxError(
      'setup-failed',
      `expected at most ${MAXIMUM_MASKS} sockets to mask, found ${masks.length}`,
    );
  }
  const { tools, holder, agent: process } = await processes;
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-'));
  const started = connectAgent(process, { pcap: options.pcap, epoch: options.epoch }, options.events);
  const ready = Promise.all([started, holder.furnish(masks, folder)]).then(
    ([agent]): Backend => ({
      agent,
      chain: (cwd, command) => commandChain(tools, identity, { pid: holder.pid, folder }, cwd, command),
    }),
  );
  ready.catch(() => {});
  const stopAgent = started.then(
    (agent) => () => agent.stop(),
    () => () => process.child.kill('SIGKILL'),
  );
  return {
    holderPid: holder.pid,
    ready,
    stop: async () => {
      await (await stopAgent)();
      holder.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function derivedMasks(facts: HostFacts, { hiddenFolders, namedSockets }: BackendOptions): Mask[] {
  return masksFor({
    unixSockets: facts.unixSockets,
    resolvConf: facts.resolvConf.path,
    devices: facts.devices,
    hidden: hiddenFolders,
    named: namedSockets,
  });
}
