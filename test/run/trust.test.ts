import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createAuthority } from '../../src/capture/sinkhole/authority.js';
import { directCaller } from '../../src/run/caller.js';
import { prepareTrust } from '../../src/run/trust.js';

const folder = mkdtempSync(join(tmpdir(), 'egresslock-trust-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { certificate } = createAuthority(new Date());
const COUNT = /-----BEGIN CERTIFICATE-----/g;

test('bundles hold what was trusted before, and the authority', () => {
  const own = join(folder, 'own.pem');
  const extra = join(folder, 'extra.pem');
  // Without an end of line, as some tools write them.
  writeFileSync(own, createAuthority(new Date()).certificate.trimEnd());
  writeFileSync(extra, createAuthority(new Date()).certificate);
  const given = { SSL_CERT_FILE: own, NODE_EXTRA_CA_CERTS: extra, KEPT: 'yes' };
  const trust = prepareTrust(certificate, given, directCaller());
  const { environment } = trust;
  for (const path of [environment.CURL_CA_BUNDLE ?? '', environment.NODE_EXTRA_CA_CERTS ?? '']) {
    const text = readFileSync(path, 'utf8');
    expect(text.match(COUNT)).toHaveLength(2);
    expect(text).toContain(certificate);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(
      spawnSync('openssl', ['storeutl', '-noout', '-certs', path], { encoding: 'utf8' }).stdout,
    ).toContain('Total found: 2');
  }
  expect(environment.KEPT).toBe('yes');
  expect(environment.GIT_SSL_CAINFO).toBe(environment.CURL_CA_BUNDLE);
  expect(
    trust.masks.every((mask) => mask.kind === 'file' && mask.source === environment.CURL_CA_BUNDLE),
  ).toBe(true);
  trust.remove();
  trust.remove();
  expect(existsSync(dirname(environment.CURL_CA_BUNDLE ?? ''))).toBe(false);
});

test("what can't be read holds nothing, and Node's own authorities take the place of the host's", () => {
  const trust = prepareTrust(
    certificate,
    { SSL_CERT_FILE: '/dev/zero', NODE_EXTRA_CA_CERTS: folder },
    directCaller(),
  );
  expect(readFileSync(trust.environment.NODE_EXTRA_CA_CERTS ?? '', 'utf8')).toBe(certificate);
  expect(readFileSync(trust.environment.SSL_CERT_FILE ?? '', 'utf8').match(COUNT)?.length).toBeGreaterThan(
    50,
  );
  trust.remove();
});
