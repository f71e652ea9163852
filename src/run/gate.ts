import type { FlowAttempt, FlowClaims, Gate, LocalAnswer, LookUpRuling, Ruling } from '../capture/gate.js';
import { parseAuthority } from '../capture/recognize/authority.js';
import type { ActorId } from '../model/actor.js';
import { isIp } from '../model/ip.js';
import type { Decision, Enforcement, Policy, Speaker } from '../model/policy.js';
import type { Protocol } from '../model/transport.js';
import { isPrivateAddress } from '../policy/private-address.js';
import { type BudgetBook, createBudgetBook } from './budget-book.js';
import {
  createNarrowing,
  type Inside,
  type Narrowed,
  type Narrowing,
  type Place,
  passes,
} from './narrowing.js';

export interface GateOptions {
  readonly policy: Policy;
  readonly enforcement: Enforcement;
  readonly phase: string;
  /** For whom a process may speak. */
  readonly speakerOf: (actorId: ActorId | null) => Speaker;
  /** Null where packages inside of processes are not told apart. */
  readonly inside: Inside | null;
}

const LOCALHOST = 'localhost';
/** Protocols that say in clear text whom they want to reach. */
const NAMED: ReadonlySet<Protocol> = new Set(['tls', 'http', 'quic']);

/** What `enforce` lets pass: what the policy allows, and nothing that can't be told to be allowed. */
export function createGate({ policy, enforcement, phase, speakerOf, inside }: GateOptions): Gate {
  const budgets: BudgetBook = createBudgetBook(enforcement.budgets);
  const narrowing: Narrowing = createNarrowing({ policy, phase, speakerOf, inside });
  const hosts = new WeakMap<FlowAttempt, string>();
  /** What the flows that go on have claimed last. */
  const claimed = new WeakMap<FlowAttempt, FlowClaims>();

  const ask = (
    actorId: ActorId | null,
    host: string,
    port: number | null,
    protocol: Protocol | null,
  ): Decision => policy.decide({ phase, speaker: speakerOf(actorId), host, port, protocol });

  /** @param asked The name that was asked for, where this one is a link of its chain */
  const lookUp = (name: string, actorId: ActorId | null, asked = name): LookUpRuling => {
    const place = { host: name, port: null, protocol: null };
    const decision = narrowing.lookUp(actorId, asked, place, ask(actorId, name, null, null));
    return passes(decision)
      ? { isAllowed: true, ...ruleOf(decision) }
      : { ...refusalBy(decision), answer: localAnswer(enforcement) };
  };

  /** While nothing has been said, it is not known either who in the process it is. */
  const askOf = (attempt: FlowAttempt, place: Place): Narrowed => {
    const { host, port, protocol } = place;
    const decision = ask(attempt.actorId, host, port, protocol);
    return protocol === null ? decision : narrowing.flow(attempt, place, decision);
  };

  /** The first of several names that may be meant; where none passes, why the first does not. */
  const anyOf = (
    attempt: FlowAttempt,
    names: readonly string[],
    protocol: Protocol | null,
  ): Ruling & { readonly host?: string } => {
    let refusal: Ruling = { isAllowed: false };
    for (const [index, name] of names.entries()) {
      const decision = askOf(attempt, { host: name, port: attempt.port, protocol });
      if (passes(decision)) return { isAllowed: true, host: name, ...ruleOf(decision) };
      if (index === 0) refusal = refusalBy(decision);
    }
    return refusal;
  };

  /** A rule that blocks each of the names that may be meant, before another lets the address pass. */
  const blockBefore = (
    attempt: FlowAttempt,
    names: readonly string[],
    protocol: Protocol | null,
    { rule }: Decision,
  ): Narrowed | null => {
    const decisions = names.map((host) => askOf(attempt, { host, port: attempt.port, protocol }));
    const isBefore = (one: Decision): boolean =>
      one.action === 'block' && (one.rule?.priority ?? 0) <= (rule?.priority ?? 0);
    return decisions.every(isBefore) ? (decisions[0] ?? null) : null;
  };

  /** @param meant Names that may be meant, though they open nothing */
  const decide = (
    attempt: FlowAttempt,
    names: readonly string[],
    protocol: Protocol | null,
    meant = names,
  ): Ruling => {
    const { address, port } = attempt;
    const byAddress = askOf(attempt, { host: address, port, protocol });
    if (byAddress.action === 'block') return refusalBy(byAddress);
    const before = passes(byAddress) ? blockBefore(attempt, meant, protocol, byAddress) : null;
    if (before !== null) return refusalBy(before);
    if (passes(byAddress)) return note(attempt, { isAllowed: true, host: address, ...ruleOf(byAddress) });
    const own = names.filter((name) => attempt.hostsNames.includes(name));
    const isPrivate =
      !attempt.isLoopback && enforcement.privateAddresses === 'block' && isPrivateAddress(address);
    // What the host's own file says is its administrator's word; what a name server says of private networks is not.
    const byName = anyOf(attempt, isPrivate ? own : names, protocol);
    if (byName.isAllowed || !isPrivate || names.length === own.length) return note(attempt, byName);
    return { isAllowed: false, rule: 'privateAddresses: block' };
  };

  const note = (attempt: FlowAttempt, { host, ...ruling }: Ruling & { readonly host?: string }): Ruling => {
    if (host !== undefined) hosts.set(attempt, host);
    return ruling;
  };

  const claims = (attempt: FlowAttempt, said: FlowClaims): Ruling => {
    const known = namesOf(attempt);
    if (said.tunnelTarget !== null) return tunnel(attempt, said, said.tunnelTarget);
    if (attempt.isLoopback || !NAMED.has(said.protocol)) return decide(attempt, known, said.protocol);
    const claimed = said.protocol === 'http' ? said.httpHost : said.sni;
    // A name of the command's own opens nothing: it must be one that was resolved to this address.
    const names = claimed !== null && known.includes(claimed) ? [claimed] : [];
    return decide(attempt, names, said.protocol, claimed === null ? known : [claimed]);
  };

  /** A tunnel takes the flow elsewhere: the proxy must be allowed, and so must be where it leads to. */
  const tunnel = (attempt: FlowAttempt, said: FlowClaims, target: string): Ruling => {
    const outer = decide(attempt, namesOf(attempt), said.protocol);
    if (!outer.isAllowed) return outer;
    const authority = parseAuthority(target);
    if (authority === null || authority.port === null)
      return { isAllowed: false, rule: `tunnel to ${target}` };
    const { host, port } = authority;
    const inner = said.tunnelProtocol;
    const claimed = inner === 'tls' ? said.sni : inner === 'http' ? said.httpHost : host;
    const isSame = claimed === host || isIp(host);
    const decision = askOf(attempt, { host, port, protocol: inner });
    if (passes(decision) && isSame) return { isAllowed: true, ...ruleOf(decision) };
    return { ...refusalBy(decision), rule: decision.rule?.origin ?? `tunnel to ${target}` };
  };

  return {
    lookUp: (name, _type, actorId) => lookUp(name, actorId),
    answer: (name, { cnames, addresses }, actorId) => {
      const links = enforcement.cname === 'inspect' ? cnames : [];
      for (const link of links) {
        const ruling = lookUp(link, actorId, name);
        if (!ruling.isAllowed) return { ...ruling, rule: ruling.rule ?? `CNAME to ${link}` };
      }
      const isRebound = (address: string): boolean =>
        isPrivateAddress(address) && !passes(ask(actorId, address, null, null));
      if (enforcement.privateAddresses === 'block' && addresses.some(isRebound)) {
        const answer = localAnswer(enforcement);
        return { isAllowed: false, answer, rule: 'privateAddresses: block' };
      }
      return { isAllowed: true };
    },
    flow: (attempt) => decide(attempt, namesOf(attempt), null),
    claims: (attempt, said) => {
      if (said.ech && enforcement.encryptedHello === 'block' && !attempt.isLoopback) {
        return { isAllowed: false, rule: 'encryptedHello: block' };
      }
      const ruling = claims(attempt, said);
      if (ruling.isAllowed) claimed.set(attempt, said);
      return ruling;
    },
    spend: (attempt, bytes) => {
      const said = claimed.get(attempt);
      // Somebody else of the process uses a connection that has been open for long.
      const again = said !== undefined && narrowing.isStale(attempt) ? claims(attempt, said) : null;
      if (again?.isAllowed === false) return again;
      const speaker = speakerOf(attempt.actorId);
      const senders = (): readonly string[] =>
        speaker.kind === 'one' ? [speaker.name] : narrowing.usersOf(attempt);
      const exhausted = budgets.spend(hosts.get(attempt) ?? attempt.address, senders, bytes);
      return exhausted === null
        ? { isAllowed: true }
        : { isAllowed: false, rule: exhausted, failure: 'EBUDGET' };
    },
  };
}

function namesOf({ isLoopback, resolvedNames, hostsNames }: FlowAttempt): readonly string[] {
  return isLoopback ? [LOCALHOST] : [...resolvedNames, ...hostsNames];
}

function refusalBy(decision: Narrowed): Ruling & { readonly isAllowed: false } {
  const { refusedTo } = decision;
  return { isAllowed: false, ...ruleOf(decision), ...(refusedTo === undefined ? {} : { refusedTo }) };
}

function ruleOf({ rule }: Decision): { rule?: string } {
  return rule === null ? {} : { rule: rule.origin };
}

function localAnswer({ dnsAnswer }: Enforcement): LocalAnswer {
  switch (dnsAnswer.kind) {
    case 'nxdomain':
      return { rcode: 'NXDOMAIN' };
    case 'nodata':
      return { rcode: 'NOERROR' };
    case 'override':
      return isIp(dnsAnswer.target) ? { addresses: [dnsAnswer.target] } : { cname: dnsAnswer.target };
  }
}
