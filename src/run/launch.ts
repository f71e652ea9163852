import type { WaitingSupervisor } from '../capture/actors/supervisor.js';
import type { AgentEvents } from '../capture/agent/agent.js';
import { monotonic } from '../sandbox/clock.js';
import { mayTakeDescriptors } from '../sandbox/descriptor-access.js';
import { SandboxError } from '../sandbox/sandbox-error.js';
import { type LaunchedBackend, launchBackend } from './backend.js';
import type { HostFacts } from './host-facts.js';
import type { Opening } from './opening.js';
import type { Trust } from './trust.js';

export interface LaunchOptions {
  /** Folders that the command must not see or change. */
  readonly hiddenFolders: readonly string[];
  /** Unix sockets of the host that stay reachable. */
  readonly namedSockets: readonly string[];
  /** File for the packets, null where none are kept. */
  readonly pcap: string | null;
  /** What lets clients trust the run's authority; null where there is none. */
  readonly trust: Trust | null;
}

/** A sandbox in the making: nothing of the command's has run. */
export interface Launch extends LaunchOptions {
  readonly startedAt: Date;
  /** `monotonic()` at the run's start. */
  readonly origin: number;
  readonly facts: HostFacts;
  /** @throws SandboxError */
  readonly backend: Promise<LaunchedBackend>;
  readonly supervisor: Promise<WaitingSupervisor>;
  /** Tells what the agent says from now on, and what it has said before. */
  listen(events: AgentEvents): void;
  /** Takes all of it away; idempotent. */
  stop(): Promise<void>;
}

/**
 * Begins to make the sandbox of what was opened, by the command line. This module is small on purpose: the sandbox is
 * made while the rest of the program is still being loaded.
 * @throws SandboxError `seccomp-denied`
 */
export function beginLaunch(opening: Opening, options: LaunchOptions): Launch {
  if (!mayTakeDescriptors()) {
    opening.abandon();
    throw new SandboxError(
      'seccomp-denied',
      'expected pidfd_getfd(2) to be allowed, got it denied by an outer filter',
    );
  }
  const startedAt = new Date();
  const origin = monotonic();
  const said: ((events: AgentEvents) => void)[] = [];
  let listener: AgentEvents | null = null;
  const tell = (what: (events: AgentEvents) => void): void => {
    if (listener === null) said.push(what);
    else what(listener);
  };
  const backend = launchBackend(opening, {
    ...options,
    masks: options.trust?.masks ?? [],
    origin,
    events: {
      onPackets: (records) => tell((events) => events.onPackets(records)),
      onLost: (reason) => tell((events) => events.onLost(reason)),
    },
  });
  backend.catch(() => {});
  return {
    ...options,
    startedAt,
    origin,
    facts: opening.facts,
    backend,
    supervisor: opening.supervisor,
    listen: (events) => {
      listener = events;
      for (const what of said.splice(0)) what(events);
    },
    stop: async () => {
      options.trust?.remove();
      await backend.then(
        (launched) => launched.stop(),
        () => {},
      );
      opening.abandon();
    },
  };
}
