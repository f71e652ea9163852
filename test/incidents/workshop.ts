import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lab, LabLog, WireFlow } from '../lab/lab.js';
import { type Manifest, makeProject, type Project } from '../lab/project.js';
import { observe, type ReportedRun } from '../lab/report.js';
import { TRUSTED } from './fixtures/hosts.mjs';

/** What the lab is started with. */
export const ADDITION = fileURLToPath(new URL('./fixtures/packages.mjs', import.meta.url));

const REGISTRY = { name: 'registry.lab.example', address: '198.51.100.20' };
const RESOLVER_ADDRESS = '198.51.100.53';
const TRUSTED_ADDRESS = '198.51.100.40';
const KNOWN_NAMES = new Set([REGISTRY.name, ...TRUSTED]);
const KNOWN_ADDRESSES = new Set([REGISTRY.address, RESOLVER_ADDRESS, TRUSTED_ADDRESS]);

/** What has left, of connections and datagrams; bytes are those of their payloads. */
export interface Left {
  readonly flows: number;
  readonly bytes: number;
}

/** One request to a trusted host, and the bytes of the connection that carried it alone. */
export interface TrustedRequest {
  /** `host/path`. */
  readonly url: string;
  readonly bytes: number;
}

/** One run under egresslock, and what came to the lab meanwhile. */
export interface Trial {
  readonly run: ReportedRun;
  /** To addresses that no honest package uses. */
  readonly strangers: Left;
  /** Names that no honest package uses, as the host's resolver was asked for them. */
  readonly names: readonly string[];
  /** Sorted by url. */
  readonly trusted: readonly TrustedRequest[];
}

/** A project in the lab, whose package manager is npm, and whose registry speaks TLS. */
export interface Workshop {
  readonly folder: string;
  /** Writes the manifest, and takes away what was installed. */
  declare(manifest: Manifest): void;
  /** Installs without egresslock. */
  install(): Promise<void>;
  /** Runs `npm install` under egresslock, or with `test` what is installed. */
  attempt(phase: 'install' | 'test', args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Trial>;
  /** Takes a run into the lock. */
  accept(run: ReportedRun): Promise<void>;
}

export function openWorkshop(lab: Lab, name: string, program: string): Workshop {
  const folder = join(lab.folder, name);
  let counter = 0;
  let project: Project;
  /** A cache that is new each time, so that each run asks the registry for the same. */
  const environment = (): NodeJS.ProcessEnv => {
    counter += 1;
    return {
      ...project.env,
      npm_config_registry: `https://${REGISTRY.name}/`,
      npm_config_cafile: lab.ca,
      npm_config_cache: join(`${folder}-state`, `cache-${counter}`),
      npm_config_fetch_retries: '0',
      npm_config_update_notifier: 'false',
    };
  };
  const clear = (): void => {
    for (const one of ['node_modules', 'package-lock.json'])
      rmSync(join(folder, one), { recursive: true, force: true });
  };
  return {
    folder,
    declare: (manifest) => {
      project = makeProject(folder, { name: 'npm11', program }, manifest);
      clear();
    },
    install: async () => {
      const output = await lab.exec(project.command, { cwd: folder, env: environment() });
      if (output.code !== 0) throw new Error(`npm install failed:\n${output.stderr}`);
    },
    attempt: async (phase, args = [], env = {}) => {
      if (phase === 'install') clear();
      const command = phase === 'install' ? project.command : ['node', program, 'test'];
      const before = await lab.log();
      const run = await observe(lab, command, {
        cwd: folder,
        env: { ...environment(), ...env },
        args: ['--phase', phase, ...args],
        timeout: 90_000,
      });
      return { run, ...arrivals(before, await lab.log()) };
    },
    accept: async (run) => {
      const output = await lab.egresslock(['accept', '--db', run.database], { cwd: folder });
      if (output.code !== 0) throw new Error(`egresslock accept failed:\n${output.stderr}`);
    },
  };
}

function arrivals(before: LabLog, after: LabLog): Omit<Trial, 'run'> {
  if (after.wire.missed > 0) throw new Error(`${after.wire.missed} packets were not counted`);
  const flows = after.wire.flows.slice(before.wire.flows.length);
  const strange = flows.filter((flow) => !KNOWN_ADDRESSES.has(flow.address));
  const asked = [...after.dns.slice(before.dns.length), ...after.foreignDns.slice(before.foreignDns.length)];
  const bytesOf = new Map<number, WireFlow>(
    flows.filter((flow) => flow.address === TRUSTED_ADDRESS).map((flow) => [flow.sourcePort, flow]),
  );
  return {
    strangers: { flows: strange.length, bytes: strange.reduce((sum, flow) => sum + flow.bytes, 0) },
    names: asked.map((query) => query.name).filter((name) => !KNOWN_NAMES.has(name)),
    trusted: after.http
      .slice(before.http.length)
      .filter((request) => KNOWN_NAMES.has(request.host))
      .map(({ host, path, sourcePort }) => ({
        url: `${host}${path}`,
        bytes: bytesOf.get(sourcePort)?.bytes ?? 0,
      }))
      .sort((a, b) => (a.url < b.url ? -1 : 1)),
  };
}
