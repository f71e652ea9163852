import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { Mask } from '../sandbox/mask.js';
import type { Caller } from './caller.js';
import { readBounded } from './policy/read-bounded.js';
import { trustEnvironment } from './trust-environment.js';

/** What lets the clients of one run trust its authority. */
export interface Trust {
  /** Put in the place of the host's own bundles, for clients that look nowhere else. */
  readonly masks: readonly Mask[];
  readonly environment: NodeJS.ProcessEnv;
  /** Removes the files; idempotent. */
  remove(): void;
}

/** Where distributions keep the bundle: Debian and Alpine, Fedora, openSUSE. */
const HOST_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
];
/** Bytes of one bundle, at most: the web's some 150 authorities are 230 KB. */
const MAXIMUM_BUNDLE = 16 * 1024 * 1024;

/**
 * Writes the certificate and bundles with it into a folder of their own, for everybody to read. Whatever the command
 * makes of them decides what its own clients trust, within the sandbox and this run: nothing else reads them.
 */
export function prepareTrust(certificate: string, environment: NodeJS.ProcessEnv, caller: Caller): Trust {
  const read = (path: string | undefined): string => (path ? caller.asCaller(() => readBundle(path)) : '');
  const hosts = HOST_BUNDLES.flatMap((path) => realPath(path) ?? []);
  // A host without a bundle has clients that bring their own, as Node does.
  const base = read(environment.SSL_CERT_FILE) || read(hosts[0]) || rootCertificates.join('\n');
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-trust-'));
  chmodSync(folder, 0o755);
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, 'latin1');
    chmodSync(path, 0o644);
    return path;
  };
  const bundle = write('bundle.pem', joined(base, certificate));
  const additional = write('additional.pem', joined(read(environment.NODE_EXTRA_CA_CERTS), certificate));
  return {
    masks: [...new Set(hosts)].map((path) => ({ kind: 'file', path, source: bundle })),
    environment: trustEnvironment(environment, { bundle, additional }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** PEM files one behind the other: the first may lack the end of its last line. */
function joined(first: string, second: string): string {
  return first === '' || first.endsWith('\n') ? first + second : `${first}\n${second}`;
}

/** What can't be read, or is no file of a bundle's size, holds nothing. */
function readBundle(path: string): string {
  try {
    return readBounded(path, MAXIMUM_BUNDLE)?.toString('latin1') ?? '';
  } catch {
    return '';
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
