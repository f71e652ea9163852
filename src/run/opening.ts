import type { WaitingSupervisor } from '../capture/actors/supervisor.js';
import { startSupervisorThread } from '../capture/actors/supervisor-thread.js';
import type { WaitingAgent } from '../capture/agent/agent.js';
import { startAgent } from '../capture/agent/process.js';
import { parseResolvConf } from '../capture/resolver/resolv-conf.js';
import { type Holder, startHolder } from '../sandbox/holder.js';
import type { Identity } from '../sandbox/identity.js';
import { findTools, type ToolPaths } from '../sandbox/tools.js';
import { type HostFacts, readHostFacts } from './host-facts.js';

/** The processes of a run that live outside of the command's reach. */
export interface Processes {
  readonly tools: ToolPaths;
  readonly holder: Holder;
  readonly agent: WaitingAgent;
}

/** What every run needs, whatever its command line says. */
export interface Opening {
  readonly identity: Identity;
  readonly facts: HostFacts;
  /** @throws SandboxError `missing-tool`, `namespaces-denied` */
  readonly processes: Promise<Processes>;
  readonly supervisor: Promise<WaitingSupervisor>;
  /** Takes all of it away, what is still to come too; idempotent. */
  abandon(): void;
}

/**
 * Begins a run. This module loads next to nothing, so that processes and thread can start while the command line is
 * still being loaded and read.
 * @throws Error of the file system, where the host can't be read
 */
export function openSandbox(identity: Identity): Opening {
  const facts = readHostFacts(identity.kind !== 'user', (text) => parseResolvConf(text).nameservers);
  const processes = startProcesses(identity, facts, facts.offer);
  const thread = startSupervisorThread();
  const supervisor = import('../capture/actors/supervisor.js').then(({ waitingSupervisor }) =>
    waitingSupervisor(thread),
  );
  // Whoever needs them is told; nobody may.
  processes.catch(() => {});
  supervisor.catch(() => {});
  return {
    identity,
    facts,
    processes,
    supervisor,
    abandon: () => {
      remove(processes);
      supervisor.then(
        (started) => started.abandon(),
        () => thread.end(),
      );
    },
  };
}

/**
 * The opening of a run in which everything is answered here: its sandbox has a way to all addresses, also where the host
 * has none, as on a machine that was taken off the network. What was opened is taken away where that makes a difference.
 */
export function withAllRoutes(opening: Opening): Opening {
  const { identity, facts } = opening;
  const offer = { ipv4: true, ipv6: facts.offer.ipv6 || facts.hasIpv6 };
  if (facts.offer.ipv4 && facts.offer.ipv6 === offer.ipv6) return opening;
  remove(opening.processes);
  const processes = startProcesses(identity, facts, offer);
  processes.catch(() => {});
  return {
    ...opening,
    processes,
    abandon: () => {
      remove(processes);
      opening.abandon();
    },
  };
}

/** Idempotent. */
function remove(processes: Promise<Processes>): void {
  processes.then(
    ({ holder, agent }) => {
      agent.abandon();
      holder.stop();
    },
    () => {},
  );
}

async function startProcesses(
  identity: Identity,
  { link }: HostFacts,
  offer: HostFacts['offer'],
): Promise<Processes> {
  const tools = findTools();
  const holder = startHolder(tools, identity);
  try {
    await holder.opened;
    const order = { tools, holderPid: holder.pid, link, offer };
    const local =
      identity.kind === 'user'
        ? null
        : (await import('../capture/agent/local.js')).joinLocally(order, holder);
    return { tools, holder, agent: local ?? startAgent(order, identity) };
  } catch (error) {
    holder.stop();
    throw error;
  }
}
