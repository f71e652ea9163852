import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { createAuthority, MAXIMUM_CERTIFICATES } from '../../../src/capture/sinkhole/authority.js';

const folder = mkdtempSync(join(tmpdir(), 'egresslock-authority-'));
afterAll(() => rmSync(folder, { recursive: true }));

const authority = createAuthority(new Date());
const ca = join(folder, 'ca.pem');
writeFileSync(ca, authority.certificate);

/** The certificate that a client gets who asks for a host. */
async function shown(host: string): Promise<X509Certificate> {
  const server = tls.createServer({ ...authority.credentialsFor(host) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const socket = tls.connect({
    port,
    host: '127.0.0.1',
    servername: net.isIP(host) === 0 ? host : 'placeholder.example',
    rejectUnauthorized: false,
  });
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  server.close();
  return new X509Certificate(raw);
}

const openssl = (...args: string[]) => spawnSync('openssl', args, { encoding: 'utf8' });

test.for(['x.example', 'under_score.a-b.example', `${'a'.repeat(63)}.${'b'.repeat(63)}.example`])(
  'openssl accepts %s strictly, and no other name',
  async (host) => {
    const leaf = join(folder, 'leaf.pem');
    writeFileSync(leaf, (await shown(host)).toString());
    const strict = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', ca];
    expect(openssl(...strict, '-verify_hostname', host, leaf).stdout).toBe(`${leaf}: OK\n`);
    expect(openssl(...strict, '-verify_hostname', `other.${host}`, leaf).status).not.toBe(0);
  },
);

test.for(['192.0.2.7', '2001:db8::7'])('openssl accepts the address %s', async (host) => {
  const leaf = join(folder, 'leaf.pem');
  writeFileSync(leaf, (await shown(host)).toString());
  const strict = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', ca];
  expect(openssl(...strict, '-verify_ip', host, leaf).stdout).toBe(`${leaf}: OK\n`);
  expect(openssl(...strict, '-verify_ip', '192.0.2.8', leaf).status).not.toBe(0);
});

test('the fields say what they must', async () => {
  const text = (pem: string): string =>
    execFileSync('openssl', ['x509', '-noout', '-text'], { input: pem, encoding: 'utf8' });
  const own = text(authority.certificate);
  expect(own).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
  expect(own).toMatch(/Key Usage: critical\s+Certificate Sign\n/);
  const leaf = await shown('x.example');
  const said = text(leaf.toString());
  expect(said).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
  expect(said).toMatch(/Key Usage: critical\s+Digital Signature\n/);
  expect(said).toMatch(/Extended Key Usage: \s+TLS Web Server Authentication\n/);
  expect(leaf.subjectAltName).toBe('DNS:x.example');
  expect(leaf.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
  expect(leaf.serialNumber).not.toBe((await shown('y.example')).serialNumber);
});

test('a leaf signs nothing', async () => {
  const leaf = await shown('x.example');
  expect(leaf.ca).toBe(false);
  expect(leaf.publicKey.export({ type: 'spki', format: 'der' })).not.toEqual(
    new X509Certificate(authority.certificate).publicKey.export({ type: 'spki', format: 'der' }),
  );
});

test('certificates are kept by name, and not without bound', () => {
  const first = authority.credentialsFor('0.bound.example');
  expect(authority.credentialsFor('0.bound.example')).toBe(first);
  for (let index = 1; index <= MAXIMUM_CERTIFICATES; index += 1)
    authority.credentialsFor(`${index}.bound.example`);
  expect(authority.credentialsFor('0.bound.example')).not.toBe(first);
  expect(authority.credentialsFor(`${MAXIMUM_CERTIFICATES}.bound.example`)).toBe(
    authority.credentialsFor(`${MAXIMUM_CERTIFICATES}.bound.example`),
  );
});

test('each run has an authority of its own', () => {
  expect(createAuthority(new Date()).certificate).not.toBe(authority.certificate);
});
