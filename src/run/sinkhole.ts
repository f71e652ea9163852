import { readFileSync, statSync } from 'node:fs';
import type { Gate } from '../capture/gate.js';
import { parseHosts } from '../capture/resolver/hosts-file.js';
import { parseResolvConf } from '../capture/resolver/resolv-conf.js';
import { createSinkhole, type Sinkhole, type SinkholeOptions } from '../capture/sinkhole/answer.js';
import { createAuthority } from '../capture/sinkhole/authority.js';
import {
  EMPTY_ANSWER,
  type HttpAnswers,
  MAXIMUM_ANSWERS_FILE,
  parseAnswers,
} from '../capture/sinkhole/recorded-answers.js';
import { createSinkGate, type OpenRegistries } from '../capture/sinkhole/sink-gate.js';
import { SinkholeError } from '../capture/sinkhole/sinkhole-error.js';
import { parseRegistry } from '../policy/registries/registry.js';
import type { Caller } from './caller.js';
import type { HostFacts } from './host-facts.js';
import { prepareTrust, type Trust } from './trust.js';

export interface SinkholeRequest {
  /** Path of the recorded answers; null for empty ones. */
  readonly answers: string | null;
  /** Whether values of headers and the beginnings of bodies are kept. */
  readonly reveal: boolean;
  /** Addresses of registries that the package manager itself may reach. */
  readonly registries: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly caller: Caller;
}

/** All that one run in mode `sinkhole` needs. This module and what it imports are loaded for such a run only. */
export interface SinkholeSetup {
  readonly trust: Trust;
  /** Empty where nothing at all may leave. */
  readonly registries: OpenRegistries['places'];
  gate(facts: HostFacts, isManager: OpenRegistries['isManager']): Gate;
  sinkhole(options: Pick<SinkholeOptions, 'sink' | 'now' | 'onLimit'>): Sinkhole;
}

/** Makes the run's authority and the files by which it is trusted. @throws SinkholeError */
export function prepareSinkhole(request: SinkholeRequest): SinkholeSetup {
  const { caller, reveal } = request;
  const registries = request.registries.map(readRegistry);
  const path = request.answers;
  const answers: HttpAnswers = path === null ? () => EMPTY_ANSWER : caller.asCaller(() => readAnswers(path));
  const authority = createAuthority(new Date());
  return {
    trust: prepareTrust(authority.certificate, request.environment, caller),
    registries,
    gate: (facts, isManager) =>
      createSinkGate({
        hosts: parseHosts(facts.hosts),
        search: parseResolvConf(facts.resolvConf.text).search,
        registries: registries.length === 0 ? null : { places: registries, isManager },
      }),
    sinkhole: (options) => createSinkhole({ ...options, authority, answers, reveal, clock: Date.now }),
  };
}

function readRegistry(url: string): OpenRegistries['places'][number] {
  const registry = parseRegistry(url);
  if (registry !== null) return registry;
  throw new SinkholeError(
    'bad-registry',
    `expected the address of a registry, such as https://registry.example/, found ${JSON.stringify(url.slice(0, 200))}`,
  );
}

function readAnswers(path: string): HttpAnswers {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > MAXIMUM_ANSWERS_FILE) {
      throw new SinkholeError(
        'bad-answers',
        `expected at most ${MAXIMUM_ANSWERS_FILE} bytes in ${path}, found ${size}`,
      );
    }
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof SinkholeError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SinkholeError('bad-answers', `expected recorded answers at ${path}: ${reason}`, { cause });
  }
  try {
    return parseAnswers(text);
  } catch (cause) {
    if (cause instanceof SinkholeError)
      throw new SinkholeError(cause.code, `${path}: ${cause.message}`, { cause });
    throw cause;
  }
}
