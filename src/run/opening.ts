import { type AgentProcess, joinSandbox, startAgent } from '../capture/agent/process.js';
import { parseResolvConf } from '../capture/resolver/resolv-conf.js';
import { type Holder, startHolder } from '../sandbox/holder.js';
import type { Identity } from '../sandbox/identity.js';
import { findTools, type ToolPaths } from '../sandbox/tools.js';
import { type HostFacts, readHostFacts } from './host-facts.js';
import type { Threads } from './threads.js';

/** The processes of a run that live outside of the command's reach. */
export interface Processes {
  readonly tools: ToolPaths;
  readonly holder: Holder;
  readonly agent: AgentProcess;
}

/** What every run needs, whatever its command line says. */
export interface Opening {
  readonly identity: Identity;
  readonly facts: HostFacts;
  /** @throws SandboxError `missing-tool`, `namespaces-denied` */
  readonly processes: Promise<Processes>;
  readonly threads: Promise<Threads>;
  /** Takes all of it away, what is still to come too; idempotent. */
  abandon(): void;
}

/**
 * Begins a run. This module loads next to nothing, so that processes and threads can start while the command line is
 * still being loaded and read.
 * @throws Error of the file system, where the host can't be read
 */
export function openSandbox(identity: Identity): Opening {
  const remove = ({ holder, agent }: Processes): void => {
    agent.child.kill('SIGKILL');
    holder.stop();
  };
  const facts = readHostFacts(identity.kind !== 'user', (text) => parseResolvConf(text).nameservers);
  const processes = startProcesses(identity, facts);
  const threads = import('./threads.js').then(({ startThreads }) => startThreads());
  // Whoever needs them is told; nobody may.
  processes.catch(() => {});
  threads.catch(() => {});
  return {
    identity,
    facts,
    processes,
    threads,
    abandon: () => {
      processes.then(remove, () => {});
      threads.then(
        (started) => started.abandon(),
        () => {},
      );
    },
  };
}

/** The agent takes longer to load than the holder's namespaces take to be there, but must be told only then. */
async function startProcesses(identity: Identity, { link, offer }: HostFacts): Promise<Processes> {
  const tools = findTools();
  const holder = startHolder(tools, identity);
  // An ordinary user's agent joins the holder's user namespace; root's can be started at once.
  const early = identity.kind === 'user' ? null : startAgent(tools, identity, holder.pid);
  await holder.opened.catch((error: unknown) => {
    early?.child.kill('SIGKILL');
    throw error;
  });
  const agent = early ?? startAgent(tools, identity, holder.pid);
  joinSandbox(agent, { tools, holderPid: holder.pid, link, offer });
  return { tools, holder, agent };
}
