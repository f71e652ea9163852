import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent, AgentEvents } from '../capture/agent/agent.js';
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
  /** `monotonic()` at the run's start. */
  readonly origin: number;
  readonly events: AgentEvents;
}

/** A backend whose namespaces are there, while mounts and network are still being made. */
export interface LaunchedBackend {
  /** A process inside the sandbox's network namespace. */
  readonly holderPid: number;
  /** Once the network is there. @throws SandboxError */
  readonly agent: Promise<Agent>;
  /** Makes the argv that runs a command inside (`commandChain`), once the mounts are there. @throws SandboxError */
  readonly chain: Promise<(cwd: string, command: readonly string[], restore: string) => string[]>;
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
  const { tools, holder, agent: waiting } = await processes;
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-'));
  const agent = waiting.watch({ pcap: options.pcap, origin: options.origin }, options.events);
  const chain = holder
    .furnish(masks, folder)
    .then(
      () => (cwd: string, command: readonly string[], restore: string) =>
        commandChain(tools, identity, { pid: holder.pid, folder }, cwd, command, restore),
    );
  agent.catch(() => {});
  chain.catch(() => {});
  const stopAgent = agent.then(
    (started) => () => started.stop(),
    () => () => waiting.abandon(),
  );
  return {
    holderPid: holder.pid,
    agent,
    chain,
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
