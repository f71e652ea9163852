import type { Budget } from '../model/policy.js';

/**
 * Whether bytes count against a budget.
 * @param host Canonical
 * @param isOf Whether a package, in the lock's words, may have sent them; asked where the budget is a package's
 */
export function countsAgainst(
  { host, package: name }: Budget,
  to: string,
  isOf: (name: string) => boolean,
): boolean {
  const isHost = host === null || host === to || (host.startsWith('*.') && to.endsWith(host.slice(1)));
  return isHost && (name === null || isOf(name));
}

/** `budget of 60 bytes for left to x.example` */
export function budgetText({ host, package: name, bytes }: Budget): string {
  const whom = [name, host].filter((part) => part !== null).join(' to ');
  return `budget of ${bytes} bytes${whom === '' ? '' : ` for ${whom}`}`;
}
