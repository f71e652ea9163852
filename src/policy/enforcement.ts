import type { Enforcement } from '../model/policy.js';

/** Where the user says nothing: the strictest that honest builds bear. */
export const DEFAULT_ENFORCEMENT: Enforcement = {
  dnsAnswer: { kind: 'nxdomain' },
  cname: 'inspect',
  budgets: [],
  encryptedHello: 'block',
  privateAddresses: 'block',
};
