import type { History, PastDestination } from '../../../src/model/history.js';

/** A destination of an earlier run. */
export function past(host: string, one: Partial<PastDestination> = {}): PastDestination {
  return {
    host,
    port: 443,
    protocol: 'tls',
    packages: ['left'],
    addresses: ['203.0.113.7'],
    bytesSent: 1000,
    ...one,
  };
}

/** Earlier installs with those destinations. */
export function history(...runs: (readonly PastDestination[])[]): History {
  return runs.map((destinations, index) => ({ id: `run-${index}`, phase: 'install', destinations }));
}
