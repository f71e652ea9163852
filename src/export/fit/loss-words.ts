import type { EgressHost } from '../../model/egress-list.js';

/** Hosts that a target may be given at all. */
export type ListableHost = Exclude<EgressHost, { kind: 'none' | 'all' }>;

export function isListable(host: EgressHost): host is ListableHost {
  return host.kind !== 'none' && host.kind !== 'all';
}

/** Why no target may be given it. */
export function unlistable({ kind }: Exclude<EgressHost, ListableHost>): string {
  return kind === 'none'
    ? 'it is no host name, and a target might read another one in it'
    : 'a rule for every host is no list';
}

export function onlyLookedUp(target: string): string {
  return `${target} decides over connections, and this is only looked up`;
}

/** @param where A clause that says where it is so; empty for everywhere */
export function anyProtocol(target: string, where = ''): string {
  return `${target} can't tell protocols apart${where}: on that port it lets all of them pass`;
}
