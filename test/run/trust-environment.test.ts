import { expect, test } from 'vitest';
import { trustEnvironment } from '../../src/run/trust-environment.js';

const FILES = { bundle: '/trust/bundle.pem', additional: '/trust/additional.pem' };

test.for([
  'AWS_CA_BUNDLE',
  'BUNDLE_SSL_CA_CERT',
  'CARGO_HTTP_CAINFO',
  'CURL_CA_BUNDLE',
  'DENO_CERT',
  'GIT_SSL_CAINFO',
  'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH',
  'PERL_LWP_SSL_CA_FILE',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'SSL_CERT_FILE',
  'YARN_HTTPS_CA_FILE_PATH',
  'npm_config_cafile',
])('%s names the bundle, whatever the caller has set it to', (name) => {
  expect(trustEnvironment({}, FILES)[name]).toBe(FILES.bundle);
  expect(trustEnvironment({ [name]: '/own.pem' }, FILES)[name]).toBe(FILES.bundle);
});

test('NODE_EXTRA_CA_CERTS names what is added to those of Node', () => {
  const environment = trustEnvironment({ NODE_EXTRA_CA_CERTS: '/own.pem' }, FILES);
  expect(environment.NODE_EXTRA_CA_CERTS).toBe(FILES.additional);
});

test('nothing else is changed', () => {
  const given = { PATH: '/bin', SSL_CERT_DIR: '/certs' };
  const environment = trustEnvironment(given, FILES);
  expect(environment).toMatchObject(given);
  expect(Object.keys(environment)).toHaveLength(16);
});
